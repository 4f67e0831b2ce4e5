// Counts events by key, each key in a window that begins with its first event.
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

// Thread-safe. `clock` must outlive it. Bounded: where more keys come than fit, the one whose
// window ends first is forgotten, so that an attacker with many keys cannot free one of its own.
class KeyedWindows {
 public:
  struct Options {
    absl::Duration window = absl::Minutes(1);
    size_t max_keys = 10'000;
  };
  struct Count {
    bool counted = true;  // false: it was at the limit already
    int events = 0;       // in this window, this one included if it was counted
    absl::Duration left = absl::ZeroDuration();  // of the window
  };

  KeyedWindows(Options options, const Clock& clock) : options_(options), clock_(clock) {}

  // Counts one event of `key` unless it has had `limit`.
  Count Take(std::string_view key, int limit);
  // What it has had, without counting.
  Count Peek(std::string_view key, int limit) const;
  // Takes one event back, as if it had not been.
  void Return(std::string_view key);
  // Begins anew.
  void Forget(std::string_view key);
  size_t size() const;

 private:
  struct Window {
    std::string key;
    absl::Duration ends;
    int events = 0;
  };
  using Order = std::list<Window>;  // by the end of the window, since all are equally long

  Window& Present(std::string_view key, absl::Duration now) MARQUEE_REQUIRES(mutex_);

  const Options options_;
  const Clock& clock_;
  mutable Mutex mutex_;
  Order order_ MARQUEE_GUARDED_BY(mutex_);
  // Keys are those of `order_`, whose nodes do not move.
  std::unordered_map<std::string_view, Order::iterator> by_key_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::base
