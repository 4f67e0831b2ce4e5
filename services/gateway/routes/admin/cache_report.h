// Formats the statistics of the cache tiers as JSON and derives recommendations. Pure functions.
#pragma once

#include <absl/time/time.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/gateway/model/tier_stats.h"

namespace marquee::gateway {

struct TierRate {
  double hits_per_second = 0;
  double misses_per_second = 0;
};
// By cache and tier; absent for a tier that was sampled only once.
using TierRates = std::map<std::pair<std::string, std::string>, TierRate>;

struct CacheReport {
  std::vector<TierStats> tiers;  // edge first
  TierRates rates;
  bool images_known = true;  // false: the image service did not respond, so its tiers are missing
};

// A hit in the edge tier causes no lookup in the tiers behind it. So the total of hits is the sum
// over all tiers, and the total of misses is that of the last tier of each cache.
struct CacheTotals {
  int64_t hits = 0;
  int64_t misses = 0;
  int64_t entries = 0;
  int64_t memory_bytes = 0;
  double hit_ratio() const;  // 0 to 1
};
CacheTotals TotalsOf(const CacheReport& report);
// Null if there is no such tier.
const TierStats* FindTier(const CacheReport& report, std::string_view cache, std::string_view tier);

struct Advice {
  std::string severity;  // high, medium, info
  std::string source;    // "image/edge"
  std::string message;
};
// Recommendations for the tiers, most severe first.
std::vector<Advice> AdviceOn(const CacheReport& report);

// Bodies of /api/admin/cache/{stats,metrics,metrics/summary,recommendations} and
// /api/admin/cache-stats.
std::string ResponseStatsJson(const CacheReport& report);
std::string DiskStatsJson(const CacheReport& report);
std::string MetricsJson(const CacheReport& report, absl::Time now);
std::string SummaryJson(const CacheReport& report, absl::Time now);
std::string AdviceJson(const std::vector<Advice>& advice, absl::Time now);

}  // namespace marquee::gateway
