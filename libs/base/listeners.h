// A list of listeners. Each is registered for as long as it keeps the guard that Add returned.
//
//   Listeners<DeviceEvents> listeners;
//   const auto guard = listeners.Add(listener);
//   listeners.Each([&](DeviceEvents& listener) { listener.OnSocket(id, true); });
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::base {

// Thread-safe.
template <class T>
class Listeners {
 public:
  // Registers `listener`. After the guard is destroyed no new call begins; a call in progress on
  // another thread may still be running.
  [[nodiscard]] std::shared_ptr<void> Add(std::shared_ptr<T> listener) {
    auto entry = std::make_shared<Entry>(std::move(listener));
    const MutexLock lock(mutex_);
    entries_.push_back(entry);
    return entry;
  }

  // Calls `call` with each listener, on this thread and without a lock: a listener may add others
  // or destroy its guard.
  template <class Call>
  void Each(Call call) const {
    for (const std::shared_ptr<T>& listener : Present()) call(*listener);
  }

  size_t size() const { return Present().size(); }

 private:
  using Entry = std::shared_ptr<T>;

  std::vector<std::shared_ptr<T>> Present() const {
    std::vector<std::shared_ptr<T>> present;
    const MutexLock lock(mutex_);
    std::erase_if(entries_, [&present](const std::weak_ptr<Entry>& known) {
      const auto entry = known.lock();
      if (entry != nullptr) present.push_back(*entry);
      return entry == nullptr;
    });
    return present;
  }

  mutable Mutex mutex_;
  mutable std::vector<std::weak_ptr<Entry>> entries_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::base
