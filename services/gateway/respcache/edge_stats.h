// Statistics of an edge tier, collected from the cache and its metrics.
#pragma once

#include <cstdint>
#include <string>

#include "libs/cache/byte_cache.h"
#include "libs/obs/cache_metrics.h"
#include "services/gateway/model/tier_stats.h"

namespace marquee::gateway {

TierStats EdgeStats(std::string cache, const obs::CacheMetrics::Totals& totals,
                    const cache::ByteCacheStats& held, size_t capacity_bytes, int64_t sets,
                    int64_t deletes);

}  // namespace marquee::gateway
