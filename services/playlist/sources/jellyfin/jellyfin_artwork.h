// Pictures of a Jellyfin or Emby server, streamed. Nothing but pictures comes out: of all paths
// only /Items/<id>/Images/<type> is asked for, and of all answers only a picture is passed on.
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

// Thread-safe.
class JellyfinArtwork final : public ArtworkOrigin {
 public:
  // `client` must outlive it.
  explicit JellyfinArtwork(JellyfinClient& client) : client_(client) {}

  // kPermissionDenied: not a picture's path. The validator is the server's strong ETag, else made
  // from Last-Modified.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  absl::Status Stream(const ArtworkRequest& request, const base::CallContext& context,
                      ArtworkSink& sink);

  JellyfinClient& client_;
};

}  // namespace marquee::playlist
