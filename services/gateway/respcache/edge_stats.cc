#include "services/gateway/respcache/edge_stats.h"

#include <utility>

namespace marquee::gateway {
namespace {

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

TierStats EdgeStats(std::string cache, const obs::CacheMetrics::Totals& totals,
                    const cache::ByteCacheStats& held, size_t capacity_bytes, int64_t sets,
                    int64_t deletes) {
  TierStats stats;
  stats.cache = std::move(cache);
  stats.tier = "edge";
  stats.hits = totals.hits;
  stats.misses = totals.misses;
  stats.stale = totals.stale;
  stats.coalesced = totals.coalesced;
  stats.sets = sets;
  stats.deletes = deletes;
  stats.rejected = static_cast<int64_t>(held.rejected);
  if (held.evictions > 0) stats.evictions["size"] = static_cast<int64_t>(held.evictions);
  stats.entries = static_cast<int64_t>(held.entries);
  stats.bytes = static_cast<int64_t>(held.bytes);
  stats.max_bytes = static_cast<int64_t>(capacity_bytes);
  stats.hit_ratio =
      Ratio(static_cast<double>(totals.hits + totals.stale), static_cast<double>(stats.requests()));
  stats.hit_ratio_last_minute = Ratio(static_cast<double>(totals.last_minute.successes),
                                      static_cast<double>(totals.last_minute.total));
  return stats;
}

}  // namespace marquee::gateway
