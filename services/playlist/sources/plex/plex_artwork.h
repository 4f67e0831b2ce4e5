// Streams images, trailers and themes of a Plex Media Server, and nothing else.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/remote/remote_server.h"

namespace marquee::playlist {

// True for the paths of trailers and theme songs: `/library/parts/<id>/<time>/<file>` and
// `/library/metadata/<id>/theme/<version>`.
bool IsPlexMediaPath(std::string_view path);

// Thread-safe.
class PlexArtwork final : public ArtworkOrigin {
 public:
  // `server` must outlive it.
  explicit PlexArtwork(const RemoteServer& server) : server_(server) {}

  // kPermissionDenied: the path is not allowed. Other errors as StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  const RemoteServer& server_;
};

}  // namespace marquee::playlist
