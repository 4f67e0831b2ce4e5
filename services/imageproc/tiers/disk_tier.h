// Finished images on disk in a DiskStore, one file each (entry_format.h).
#pragma once

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/imageproc/tiers/disk_store.h"
#include "services/imageproc/tiers/image_tier.h"

namespace marquee::imageproc {

// References must outlive it. Does not count lookups; the pipeline does, because only it knows
// whether a stale entry was used.
class DiskTier final : public ImageTier {
 public:
  DiskTier(DiskStore& store, const base::Clock& clock, obs::Logger& logger)
      : store_(store), clock_(clock), logger_(logger) {}

  absl::StatusOr<CachedImage> Get(const ImageKey& key) override;
  absl::StatusOr<CachedImage> GetStale(const ImageKey& key) override;
  bool MayHold(const ImageKey& key) override;
  absl::Status Put(const ImageKey& key, const CachedImage& image) override;
  // Also purges the originals in the same store.
  Purged Purge(const PurgeScope& scope) override;

 private:
  DiskStore& store_;
  const base::Clock& clock_;
  obs::Logger& logger_;
};

}  // namespace marquee::imageproc
