// Reads images, trailers and themes of a local source: loose files, and entries of posterpacks as
// `/<zip>?entry=<entry>`.
#pragma once

#include "libs/base/clock.h"
#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/local/local_root.h"
#include "services/playlist/sources/local/posterpack.h"

namespace marquee::playlist {

// Thread-safe. `root` and `clock` must outlive it.
class LocalArtwork final : public ArtworkOrigin {
 public:
  LocalArtwork(const LocalRoot& root, const base::Clock& clock) : root_(root), clock_(clock) {}

  // Serves only files with the extension of an image, video or audio format outside hidden folders;
  // for kImage only files whose first bytes are an image. The content type of an image is detected
  // from its bytes. kUnavailable: the file changed while it was read.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;
  uint64_t max_image_bytes() const override { return Posterpack::kMaxImageBytes; }

 private:
  absl::Status OpenFile(const ArtworkRequest& request, const base::CallContext& context,
                        ArtworkSink& sink) const;
  absl::Status OpenPackEntry(const ArtworkRequest& request, std::string_view zip,
                             std::string_view entry, const base::CallContext& context,
                             ArtworkSink& sink) const;

  const LocalRoot& root_;
  const base::Clock& clock_;
};

}  // namespace marquee::playlist
