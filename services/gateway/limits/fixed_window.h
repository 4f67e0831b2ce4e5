// So many requests a window and address, as the reference's limits count them.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <unordered_map>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"

namespace marquee::gateway {

// Thread-safe. `clock` must outlive it.
class FixedWindow {
 public:
  struct Options {
    int limit = 10;
    absl::Duration window = absl::Minutes(1);
    // Addresses remembered; when more come within one window, the table starts anew, which errs
    // on the side of letting displays in.
    size_t max_addresses = 10'000;
  };
  struct Verdict {
    bool allowed = true;
    int limit = 0;
    int remaining = 0;
    int reset_seconds = 0;  // until the window of this address ends, at least 1
    int window_seconds = 0;
  };

  FixedWindow(Options options, const base::Clock& clock) : options_(options), clock_(clock) {}

  // Counts one request of `address`.
  Verdict Count(const std::string& address);
  // Whether the next request of `address` would not be allowed; counts nothing.
  bool IsExhausted(const std::string& address);

 private:
  struct Window {
    absl::Duration ends;
    int count = 0;
  };

  const Options options_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::unordered_map<std::string, Window> windows_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
