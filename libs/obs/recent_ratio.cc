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

RecentRatio::Counts RecentRatio::counts() const {
  const int64_t oldest = Second() - kSeconds + 1;
  Counts counts;
  const base::MutexLock lock(mutex_);
  for (const Bucket& bucket : buckets_) {
    if (bucket.second < oldest) continue;
    counts.successes += bucket.successes;
    counts.total += bucket.total;
  }
  return counts;
}

double RecentRatio::value() const {
  const Counts last = counts();
  return last.total == 0 ? 0
                         : static_cast<double>(last.successes) / static_cast<double>(last.total);
}

}  // namespace marquee::obs
