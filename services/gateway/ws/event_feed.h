// Forwards events of displays to the current listeners.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/listeners.h"
#include "services/gateway/ports/device_events.h"

namespace marquee::gateway {

// Thread-safe. Listeners are called on the thread where the event occurs.
class EventFeed final : public DeviceEvents {
 public:
  // `listener` receives all events until the returned guard is destroyed.
  [[nodiscard]] std::shared_ptr<void> Listen(std::shared_ptr<DeviceEvents> listener) {
    return listeners_.Add(std::move(listener));
  }

  void OnSocket(const std::string& device_id, bool connected) override {
    listeners_.Each([&](DeviceEvents& listener) { listener.OnSocket(device_id, connected); });
  }
  void OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) override {
    listeners_.Each([&](DeviceEvents& listener) { listener.OnLog(device_id, entries); });
  }

 private:
  base::Listeners<DeviceEvents> listeners_;
};

}  // namespace marquee::gateway
