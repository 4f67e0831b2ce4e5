#include "services/devices/bus/inproc_bus.h"

#include <algorithm>
#include <utility>

namespace marquee::devices {

struct InprocBus::Subscription {
  explicit Subscription(Listener l) : listener(std::move(l)) {}

  bool Enter() {
    const base::MutexLock lock(mutex);
    if (!active) return false;
    ++calls;
    return true;
  }
  void Leave() {
    const base::MutexLock lock(mutex);
    if (--calls == 0) idle.NotifyAll();
  }
  void Close() {
    base::MutexLock lock(mutex);
    active = false;
    while (calls > 0) idle.Wait(lock);
  }

  const Listener listener;
  base::Mutex mutex;
  base::CondVar idle;
  bool active MARQUEE_GUARDED_BY(mutex) = true;
  int calls MARQUEE_GUARDED_BY(mutex) = 0;
};

void InprocBus::Publish(BusTopic topic, std::string_view key) {
  std::vector<std::shared_ptr<Subscription>> listeners;
  {
    const base::MutexLock lock(mutex_);
    auto& of_topic = subscriptions_[topic];
    std::erase_if(of_topic, [](const auto& weak) { return weak.expired(); });
    for (const auto& weak : of_topic) {
      if (auto subscription = weak.lock()) listeners.push_back(std::move(subscription));
    }
  }
  for (const auto& subscription : listeners) {
    if (!subscription->Enter()) continue;
    subscription->listener(key);
    subscription->Leave();
  }
}

std::shared_ptr<void> InprocBus::Subscribe(BusTopic topic, Listener listener) {
  auto subscription = std::make_shared<Subscription>(std::move(listener));
  {
    const base::MutexLock lock(mutex_);
    subscriptions_[topic].push_back(subscription);
  }
  // The deleter owns the subscription; a Publish in progress may hold it a little longer.
  auto close = [subscription](void*) { subscription->Close(); };
  return {static_cast<void*>(nullptr), std::move(close)};
}

}  // namespace marquee::devices
