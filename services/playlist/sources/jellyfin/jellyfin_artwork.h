// Streams images, trailers and themes of a Jellyfin or Emby server. Only paths of images and of
// single streams are requested, and only responses with image, video or audio are passed on.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/jellyfin/jellyfin_client.h"

namespace marquee::playlist {

// True for `/Items/<id>/Images/<type>[/<index>][?…]`, where the id consists of letters, digits and
// hyphens, the type is known to the API, and the query contains only tag and scaling parameters.
// This excludes `//`, `..` in any encoding, and control characters.
bool IsImagePath(std::string_view path);
// True for `/Videos/<id>/stream?static=true` and `/Audio/<id>/stream?static=true`.
bool IsMediaPath(std::string_view path);

// Thread-safe.
class JellyfinArtwork final : public ArtworkOrigin {
 public:
  // `client` must outlive it.
  explicit JellyfinArtwork(JellyfinClient& client) : client_(client) {}

  // kPermissionDenied: the path is not allowed. Other errors as StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  JellyfinClient& client_;
};

}  // namespace marquee::playlist
