// State of the cache tiers for GetCacheStats.
#pragma once

#include "libs/obs/cache_metrics.h"
#include "libs/obs/metrics.h"
#include "marquee/imageproc/v1/image_service.pb.h"
#include "services/imageproc/tiers/disk_store.h"
#include "services/imageproc/tiers/memory_tier.h"

namespace marquee::imageproc {

// Thread-safe. Dependencies must outlive it.
class TierReport {
 public:
  struct Deps {
    obs::Metrics& metrics;
    const obs::CacheMetrics& memory_metrics;
    const obs::CacheMetrics& disk_metrics;
    const MemoryTier& memory;
    const DiskStore& disk;
  };

  explicit TierReport(const Deps& deps) : deps_(deps) {}

  // Nearest tier first. Counts are read from the metrics, so that both agree.
  void Fill(v1::GetCacheStatsResponse& response) const;

 private:
  void FillCounts(const char* tier, const obs::CacheMetrics& metrics, v1::TierStats& stats) const;

  const Deps deps_;
};

}  // namespace marquee::imageproc
