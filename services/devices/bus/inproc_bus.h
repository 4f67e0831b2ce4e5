// The bus of a single process: Publish calls the listeners one after the other on the calling
// thread.
#pragma once

#include <map>
#include <vector>

#include "libs/base/mutex.h"
#include "services/devices/bus/bus.h"

namespace marquee::devices {

class InprocBus final : public Bus {
 public:
  void Publish(BusTopic topic, std::string_view key) override;
  [[nodiscard]] std::shared_ptr<void> Subscribe(BusTopic topic, Listener listener) override;

 private:
  struct Subscription;

  base::Mutex mutex_;
  std::map<BusTopic, std::vector<std::weak_ptr<Subscription>>> subscriptions_
      MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
