// Pictures, trailers and themes of a Plex Media Server, streamed. Nothing else comes out.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/remote/remote_server.h"

namespace marquee::playlist {

// True for what a trailer or a theme song is streamed by: `/library/parts/<id>/<time>/<file>` and
// `/library/metadata/<id>/theme/<version>`.
bool IsPlexMediaPath(std::string_view path);

// Thread-safe.
class PlexArtwork final : public ArtworkOrigin {
 public:
  // `server` must outlive it.
  explicit PlexArtwork(const RemoteServer& server) : server_(server) {}

  // kPermissionDenied: no such path. Else as StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  const RemoteServer& server_;
};

}  // namespace marquee::playlist
