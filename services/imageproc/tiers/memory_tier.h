// Finished images in memory, bounded by bytes, with W-TinyLFU eviction (libs/cache).
#pragma once

#include "libs/base/clock.h"
#include "libs/cache/byte_cache.h"
#include "libs/cache/ghost_curve.h"
#include "libs/obs/cache_metrics.h"
#include "services/imageproc/tiers/image_tier.h"

namespace marquee::imageproc {

// `clock` and `metrics` must outlive it. Counts size and evictions; the pipeline counts lookups,
// because only it knows whether a stale entry was used.
class MemoryTier final : public ImageTier {
 public:
  struct Options {
    size_t max_bytes = size_t{128} << 20;
    // How long after its freshness an image may still be served stale.
    absl::Duration keep_stale = absl::Hours(24);
  };

  MemoryTier(const Options& options, const base::Clock& clock, obs::CacheMetrics& metrics);

  absl::StatusOr<CachedImage> Get(const ImageKey& key) override;
  absl::StatusOr<CachedImage> GetStale(const ImageKey& key) override;
  absl::Status Put(const ImageKey& key, const CachedImage& image) override;
  Purged Purge(const PurgeScope& scope) override;

  cache::ByteCacheStats stats() const { return images_.stats(); }
  absl::Duration OldestAge() const { return images_.OldestAge(); }
  std::vector<cache::GhostCurve::Point> ghost_points() const { return ghost_.Points(); }
  size_t max_bytes() const { return images_.capacity_bytes(); }

 private:
  void ReportSize();

  const base::Clock& clock_;
  obs::CacheMetrics& metrics_;
  cache::ByteCache<CachedImage> images_;
  cache::GhostCurve ghost_;
};

}  // namespace marquee::imageproc
