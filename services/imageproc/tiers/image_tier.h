// One place that may hold finished images: memory, disk, or a store shared by replicas.
// Implementations lock themselves and may be called by any thread. A tier never makes an answer
// wrong, only slower: callers treat every error as "not here".
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

  // kNotFound: no fresh entry (the ordinary miss). kUnavailable: the tier is ill; try the next.
  // kDataLoss: an entry failed its checksum and has been dropped.
  virtual absl::StatusOr<CachedImage> Get(const ImageKey& key) = 0;

  // The same for an entry whatever its freshness, for answers in need.
  virtual absl::StatusOr<CachedImage> GetStale(const ImageKey& key) = 0;

  // false: surely no entry, fresh or not. Waits for nothing; a tier that would have to look says
  // true. A false counts as a look for whoever estimates what another size would do.
  virtual bool MayHold(const ImageKey&) { return true; }

  // A reader sees the old bytes or the new ones, never a mix. kResourceExhausted: there is no room
  // for it, or it is not wanted enough. kUnavailable: the tier is ill.
  virtual absl::Status Put(const ImageKey& key, const CachedImage& image) = 0;

  // Removes what the scope covers. May read all that is there; what is put meanwhile may stay.
  virtual Purged Purge(const PurgeScope& scope) = 0;
};

}  // namespace marquee::imageproc
