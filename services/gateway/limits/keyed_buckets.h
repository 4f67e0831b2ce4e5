// One token bucket per key (address, device or account). Uses the generic cell rate algorithm
// (ITU-T I.371 annex A), which stores one number per key: the time at which its bucket is full
// again.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "services/gateway/limits/verdict.h"

namespace marquee::gateway {

// Thread-safe. `clock` must outlive it.
class KeyedBuckets {
 public:
  struct Options {
    int burst = 0;          // requests that may arrive at once; 0: no limit
    absl::Duration refill;  // time in which an empty bucket becomes full
    // Keys remembered; the least recently used are dropped first and start again with a full
    // bucket.
    size_t max_keys = 100'000;
  };

  KeyedBuckets(Options options, const base::Clock& clock);

  bool limited() const { return options_.burst > 0; }
  // Takes one token from the bucket of `key`. Call only if limited().
  LimitVerdict Take(std::string_view key);
  // Returns one token that was taken before it was known whether the request counts.
  void Return(std::string_view key);
  // The verdict that Take would give, without taking a token.
  LimitVerdict Peek(std::string_view key) const;
  size_t size() const;

 private:
  using Table = std::unordered_map<std::string, int64_t, base::StringHash, base::StringEq>;

  // When the bucket of `key` is full again; a time in the past if it is full now.
  int64_t FullAt(std::string_view key) const MARQUEE_REQUIRES(mutex_);
  void Remember(std::string_view key, int64_t full_at) MARQUEE_REQUIRES(mutex_);
  LimitVerdict Judge(int64_t now, int64_t full_at, bool allowed) const;
  int64_t Now() const { return absl::ToInt64Nanoseconds(clock_.Monotonic()); }

  const Options options_;
  const base::Clock& clock_;
  // Times are in nanoseconds: this runs for every request, and absl::Duration arithmetic is slower.
  const int64_t refill_;
  const int64_t interval_;  // in which one token is added
  mutable base::Mutex mutex_;
  // Two generations of keys: a key that is used moves to the young generation. When that holds half
  // of the maximum, the old generation is dropped and the young one becomes old.
  Table young_ MARQUEE_GUARDED_BY(mutex_);
  Table old_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
