// Who wants to hear of something, for as long as each keeps the guard that it was given.
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
  // Holds `listener`. When the guard is gone no new call begins; one that is under way on another
  // thread may still end a moment later.
  [[nodiscard]] std::shared_ptr<void> Add(std::shared_ptr<T> listener) {
    auto place = std::make_shared<Place>(std::move(listener));
    const MutexLock lock(mutex_);
    places_.push_back(place);
    return place;
  }

  // Calls `tell` with each, on this thread and without a lock: a listener may add and let go.
  template <class Tell>
  void Each(Tell tell) const {
    for (const std::shared_ptr<T>& listener : Present()) tell(*listener);
  }

  size_t size() const { return Present().size(); }

 private:
  using Place = std::shared_ptr<T>;

  std::vector<std::shared_ptr<T>> Present() const {
    std::vector<std::shared_ptr<T>> present;
    const MutexLock lock(mutex_);
    std::erase_if(places_, [&present](const std::weak_ptr<Place>& known) {
      const auto place = known.lock();
      if (place != nullptr) present.push_back(*place);
      return place == nullptr;
    });
    return present;
  }

  mutable Mutex mutex_;
  mutable std::vector<std::weak_ptr<Place>> places_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::base
