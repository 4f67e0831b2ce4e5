#include "libs/base/keyed_windows.h"

#include <algorithm>
#include <iterator>

namespace marquee::base {

KeyedWindows::Window& KeyedWindows::Present(std::string_view key, absl::Duration now) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    const auto window = found->second;
    if (window->ends <= now) {
      window->ends = now + options_.window;
      window->events = 0;
      order_.splice(order_.end(), order_, window);
    }
    return *window;
  }
  if (order_.size() >= std::max<size_t>(options_.max_keys, 1)) {
    by_key_.erase(order_.front().key);
    order_.pop_front();
  }
  order_.push_back({.key = std::string(key), .ends = now + options_.window, .events = 0});
  by_key_.emplace(order_.back().key, std::prev(order_.end()));
  return order_.back();
}

KeyedWindows::Count KeyedWindows::Take(std::string_view key, int limit) {
  const absl::Duration now = clock_.Monotonic();
  const MutexLock lock(mutex_);
  Window& window = Present(key, now);
  const bool counted = window.events < limit;
  if (counted) ++window.events;
  return {.counted = counted, .events = window.events, .left = window.ends - now};
}

KeyedWindows::Count KeyedWindows::Peek(std::string_view key, int limit) const {
  const absl::Duration now = clock_.Monotonic();
  const MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second->ends <= now) {
    return {.counted = limit > 0, .events = 0, .left = options_.window};
  }
  const Window& window = *found->second;
  return {.counted = window.events < limit, .events = window.events, .left = window.ends - now};
}

void KeyedWindows::Return(std::string_view key) {
  const MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end() && found->second->events > 0) --found->second->events;
}

void KeyedWindows::Forget(std::string_view key) {
  const MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  const auto window = found->second;
  by_key_.erase(found);
  order_.erase(window);
}

size_t KeyedWindows::size() const {
  const MutexLock lock(mutex_);
  return order_.size();
}

}  // namespace marquee::base
