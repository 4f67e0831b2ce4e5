// Statistics of one cache tier, in any process.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace marquee::gateway {

struct TierStats {
  std::string cache;  // response, image
  std::string tier;   // edge, memory, disk, shared
  // Since the start of the process that owns the tier.
  int64_t hits = 0;
  int64_t misses = 0;
  int64_t stale = 0;                         // served past freshness
  int64_t coalesced = 0;                     // coalesced with another request; neither hit nor miss
  int64_t sets = 0;                          // entries written
  int64_t rejected = 0;                      // entries that the admission policy rejected
  int64_t deletes = 0;                       // entries removed by purging
  std::map<std::string, int64_t> evictions;  // by cause: size, age, corrupt, purge
  // Now.
  int64_t entries = 0;
  int64_t bytes = 0;
  int64_t max_bytes = 0;
  absl::Duration oldest_age = absl::ZeroDuration();
  double hit_ratio = 0;              // since the start, 0 to 1
  double hit_ratio_last_minute = 0;  // 0 to 1
  bool healthy = true;
  std::vector<std::pair<double, double>> ghost_curve;  // size factor, hit ratio at that size
  std::vector<std::string> recommendations;

  int64_t requests() const { return hits + stale + misses; }
  int64_t evicted() const {
    int64_t all = 0;
    for (const auto& [cause, count] : evictions) all += count;
    return all;
  }
};

}  // namespace marquee::gateway
