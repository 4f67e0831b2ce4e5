// Hits and misses per second of tiers that report only totals, computed from an earlier sample.
#pragma once

#include <absl/time/time.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"
#include "services/gateway/model/tier_stats.h"
#include "services/gateway/routes/admin/cache_report.h"

namespace marquee::gateway {

// Thread-safe.
class RateWindow {
 public:
  // Rates since the oldest sample of the last minute, or the latest one before it. Tiers that are
  // not in that sample have no rate. `now`: of a monotonic clock.
  TierRates Look(absl::Duration now, const std::vector<TierStats>& tiers);

 private:
  struct Counts {
    int64_t hits = 0;
    int64_t misses = 0;
  };
  struct Sample {
    absl::Duration at;
    std::map<std::pair<std::string, std::string>, Counts> tiers;
  };

  base::Mutex mutex_;
  std::deque<Sample> samples_ MARQUEE_GUARDED_BY(mutex_);  // oldest first, one second apart
};

}  // namespace marquee::gateway
