// Passes the events of displays on to whoever listens at the moment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "services/gateway/ports/device_events.h"

namespace marquee::gateway {

// Thread-safe. Listeners are called on the thread of the event.
class EventFeed final : public DeviceEvents {
 public:
  // `listener` hears of everything until the guard is dropped; a call that is under way then may
  // still end a moment later, so it holds the listener itself.
  [[nodiscard]] std::shared_ptr<void> Listen(std::shared_ptr<DeviceEvents> listener);

  void OnSocket(const std::string& device_id, bool connected) override;
  void OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) override;

 private:
  struct Ear {
    std::shared_ptr<DeviceEvents> listener;
  };

  std::vector<std::shared_ptr<DeviceEvents>> Listeners();

  base::Mutex mutex_;
  std::vector<std::weak_ptr<Ear>> ears_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
