// Finished images on disk, a file each (entry_format.h), in a DiskStore.
#pragma once

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/imageproc/tiers/disk_store.h"
#include "services/imageproc/tiers/image_tier.h"

namespace marquee::imageproc {

// All references must outlive it. Lookups are counted by whoever knows how they ended.
class DiskTier final : public ImageTier {
 public:
  DiskTier(DiskStore& store, const base::Clock& clock, obs::Logger& logger)
      : store_(store), clock_(clock), logger_(logger) {}

  absl::StatusOr<CachedImage> Get(const ImageKey& key) override;
  absl::StatusOr<CachedImage> GetStale(const ImageKey& key) override;
  bool MayHold(const ImageKey& key) override;
  absl::Status Put(const ImageKey& key, const CachedImage& image) override;
  // Originals that lie in the same store too.
  Purged Purge(const PurgeScope& scope) override;

 private:
  DiskStore& store_;
  const base::Clock& clock_;
  obs::Logger& logger_;
};

}  // namespace marquee::imageproc
