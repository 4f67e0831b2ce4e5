// Pictures, trailers and themes of a Jellyfin or Emby server, streamed. Nothing else comes out: of
// all paths only those of pictures and of single streams are asked for, and of all answers only
// pictures, video and sound are passed on.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/jellyfin/jellyfin_client.h"

namespace marquee::playlist {

// True for `/Items/<id>/Images/<type>[/<index>][?…]`, where the id is letters, digits and hyphens,
// the type one the API knows, and the query holds nothing but tag and the scaling parameters. So
// there is no `//`, no `..` in any encoding and no control character in it.
bool IsPicturePath(std::string_view path);
// True for `/Videos/<id>/stream?static=true` and `/Audio/<id>/stream?static=true`.
bool IsMediaPath(std::string_view path);

// Thread-safe.
class JellyfinArtwork final : public ArtworkOrigin {
 public:
  // `client` must outlive it.
  explicit JellyfinArtwork(JellyfinClient& client) : client_(client) {}

  // kPermissionDenied: no such path. Else as StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  JellyfinClient& client_;
};

}  // namespace marquee::playlist
