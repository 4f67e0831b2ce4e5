// A token bucket for each key: an address, a device, an account. By the generic cell rate algorithm
// (ITU-T I.371 annex A), which needs one number a key: the time at which its bucket is full again.
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
    int burst = 0;          // requests that may come at once; 0: no limit
    absl::Duration refill;  // in which an empty bucket is full again
    // Keys remembered; the ones longest unseen are forgotten first, and begin with a full bucket.
    size_t max_keys = 100'000;
  };

  KeyedBuckets(Options options, const base::Clock& clock);

  bool limited() const { return options_.burst > 0; }
  // Takes one token from the bucket of `key`. Not where there is no limit.
  LimitVerdict Take(std::string_view key);
  // Gives one token back that was taken before it was known whether it counts.
  void Return(std::string_view key);
  // What Take would say, without taking.
  LimitVerdict Peek(std::string_view key) const;
  size_t size() const;

 private:
  using Table = std::unordered_map<std::string, int64_t, base::StringHash, base::StringEq>;

  // When the bucket of `key` is full again; the past for one that is.
  int64_t FullAt(std::string_view key) const MARQUEE_REQUIRES(mutex_);
  void Remember(std::string_view key, int64_t full_at) MARQUEE_REQUIRES(mutex_);
  LimitVerdict Judge(int64_t now, int64_t full_at, bool allowed) const;
  int64_t Now() const { return absl::ToInt64Nanoseconds(clock_.Monotonic()); }

  const Options options_;
  const base::Clock& clock_;
  // In nanoseconds, as all times here: every request counts, and arithmetic of durations is slow.
  const int64_t refill_;
  const int64_t interval_;  // in which one token comes
  mutable base::Mutex mutex_;
  // Two generations: a key that is seen moves into the young one; when that is half of all, the
  // old one is dropped and the young one grows old.
  Table young_ MARQUEE_GUARDED_BY(mutex_);
  Table old_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
