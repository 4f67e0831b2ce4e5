// Hits and misses a second of tiers whose owners only tell totals: the difference to an earlier
// look.
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
  // Rates since the oldest look of the last minute, or the youngest before it. Tiers that were not
  // there then have none. `now`: of a clock that never steps back.
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
  std::deque<Sample> samples_ MARQUEE_GUARDED_BY(mutex_);  // oldest first, a second apart
};

}  // namespace marquee::gateway
