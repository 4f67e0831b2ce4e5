// Fixed-window request limit per address, with the windows of Posterrama 2.9.4's limits.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/keyed_windows.h"
#include "services/gateway/limits/verdict.h"

namespace marquee::gateway {

// Thread-safe. `clock` must outlive it.
class FixedWindow {
 public:
  struct Options {
    int limit = 10;
    absl::Duration window = absl::Minutes(1);
    // Addresses remembered; when more occur within one window, the oldest are dropped.
    size_t max_addresses = 10'000;
  };
  FixedWindow(Options options, const base::Clock& clock)
      : options_(options),
        windows_({.window = options.window, .max_keys = options.max_addresses}, clock) {}

  // Counts one request of `address`; an IPv6 address counts as its /64 network.
  LimitVerdict Count(const std::string& address);
  // Whether the next request of `address` would be rejected; does not count one.
  bool IsExhausted(const std::string& address);

 private:
  LimitVerdict Judge(const base::KeyedWindows::Count& count) const;

  const Options options_;
  base::KeyedWindows windows_;
};

}  // namespace marquee::gateway
