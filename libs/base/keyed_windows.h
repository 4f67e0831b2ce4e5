// Counts events per key in fixed windows; a key's window begins with its first event.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"

namespace marquee::base {

// Thread-safe. `clock` must outlive it. Bounded: if there are more than max_keys, the key whose
// window ends first is dropped, so that an attacker with many keys cannot reset the count of one of
// them.
class KeyedWindows {
 public:
  struct Options {
    absl::Duration window = absl::Minutes(1);
    size_t max_keys = 10'000;
  };
  struct Count {
    bool counted = true;  // false: the limit was reached already
    int events = 0;       // in this window, including this one if it was counted
    absl::Duration left = absl::ZeroDuration();  // until the window ends
  };

  KeyedWindows(Options options, const Clock& clock) : options_(options), clock_(clock) {}

  // Counts one event of `key` unless `limit` events have been counted.
  Count Take(std::string_view key, int limit);
  // The current count, without counting an event.
  Count Peek(std::string_view key, int limit) const;
  // Subtracts one event.
  void Return(std::string_view key);
  // Removes the key's window.
  void Forget(std::string_view key);
  size_t size() const;

 private:
  struct Window {
    std::string key;
    absl::Duration ends;
    int events = 0;
  };
  using Order = std::list<Window>;  // sorted by end, since all windows have one length

  Window& Present(std::string_view key, absl::Duration now) MARQUEE_REQUIRES(mutex_);

  const Options options_;
  const Clock& clock_;
  mutable Mutex mutex_;
  Order order_ MARQUEE_GUARDED_BY(mutex_);
  // Keys are views of the strings in `order_`, whose nodes do not move.
  std::unordered_map<std::string_view, Order::iterator> by_key_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::base
