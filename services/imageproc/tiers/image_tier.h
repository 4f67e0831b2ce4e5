// One cache tier for finished images: memory, disk, or a store shared by replicas. Implementations
// are thread-safe. A tier never makes a response wrong, only slower: callers treat every error as a
// miss.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "services/imageproc/model/cached_image.h"
#include "services/imageproc/model/image_key.h"
#include "services/imageproc/model/purge_scope.h"

namespace marquee::imageproc {

class ImageTier {
 public:
  virtual ~ImageTier() = default;

  // kNotFound: no fresh entry (a miss). kUnavailable: the tier fails; use the next one. kDataLoss:
  // an entry failed its checksum and was removed.
  virtual absl::StatusOr<CachedImage> Get(const ImageKey& key) = 0;

  // As Get, but ignores freshness; for serving stale images.
  virtual absl::StatusOr<CachedImage> GetStale(const ImageKey& key) = 0;

  // False: there is certainly no entry, fresh or stale. Does not block; a tier that would need I/O
  // to know returns true. A `false` result is recorded as a lookup by the ghost cache.
  virtual bool MayHold(const ImageKey&) { return true; }

  // Readers see the old or the new bytes, never a mix. kResourceExhausted: the tier is full or
  // declines the entry in favour of others. kUnavailable: the tier fails.
  virtual absl::Status Put(const ImageKey& key, const CachedImage& image) = 0;

  // Removes what the scope covers. May read every entry; entries put concurrently may remain.
  virtual Purged Purge(const PurgeScope& scope) = 0;
};

}  // namespace marquee::imageproc
