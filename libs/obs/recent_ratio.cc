#include "libs/obs/recent_ratio.h"

namespace marquee::obs {

int64_t RecentRatio::Second() const { return absl::ToInt64Seconds(clock_.Monotonic()); }

void RecentRatio::Count(bool success) {
  const int64_t second = Second();
  const base::MutexLock lock(mutex_);
  Bucket& bucket = buckets_[static_cast<size_t>(second % kSeconds)];
  if (bucket.second != second) bucket = {.second = second};
  ++bucket.total;
  if (success) ++bucket.successes;
}

double RecentRatio::value() const {
  const int64_t oldest = Second() - kSeconds + 1;
  uint64_t successes = 0;
  uint64_t total = 0;
  const base::MutexLock lock(mutex_);
  for (const Bucket& bucket : buckets_) {
    if (bucket.second < oldest) continue;
    successes += bucket.successes;
    total += bucket.total;
  }
  return total == 0 ? 0 : static_cast<double>(successes) / static_cast<double>(total);
}

}  // namespace marquee::obs
