// A ratio over a sliding minute: sixty one-second buckets, each overwritten after a minute.
#pragma once

#include <array>
#include <cstdint>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"

namespace marquee::obs {

// Thread-safe. `clock` must outlive it.
class RecentRatio {
 public:
  explicit RecentRatio(const base::Clock& clock) : clock_(clock) {}

  struct Counts {
    uint64_t successes = 0;
    uint64_t total = 0;
  };

  void Count(bool success);
  // Counts of the last 60 s.
  Counts counts() const;
  // Successes / total in the last 60 s; 0 if nothing was counted.
  double value() const;

 private:
  struct Bucket {
    int64_t second = -1;  // since the clock's start; identifies outdated buckets
    uint64_t successes = 0;
    uint64_t total = 0;
  };
  static constexpr int64_t kSeconds = 60;

  int64_t Second() const;

  const base::Clock& clock_;
  mutable base::Mutex mutex_;
  std::array<Bucket, kSeconds> buckets_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::obs
