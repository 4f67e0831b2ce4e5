#include "services/playlist/sources/romm/romm_artwork.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/sources/remote/artwork_stream.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {

bool IsRommImagePath(std::string_view path) {
  static constexpr std::array<std::string_view, 6> kImages = {".png",  ".jpg", ".jpeg",
                                                              ".webp", ".gif", ".avif"};
  const bool below = path.starts_with("/assets/") || path.starts_with("/api/raw/assets/");
  return below && path.size() <= 512 && IsPlainPath(path) &&
         std::ranges::any_of(kImages, [&](std::string_view end) { return path.ends_with(end); });
}

absl::Status RommArtwork::Open(const ArtworkRequest& request, const base::CallContext& context,
                               ArtworkSink& sink) {
  const RemoteServer& server = client_.server();
  if (!IsRommImagePath(request.path)) {
    return server.Named(absl::PermissionDeniedError("only images below /assets/ can be fetched"));
  }
  const base::CallContext limited = server.Limit(context);
  if (const absl::Status signed_in = client_.SignIn(limited); !signed_in.ok()) {
    // A temporary failure must not be reported as a permission error.
    if (!absl::IsUnauthenticated(signed_in)) return server.Named(signed_in);
    return server.Named(absl::UnavailableError(signed_in.message()));
  }
  httpc::HttpRequest http = client_.Request(request.path);
  http.host_rule = OnlyPaths(std::move(http.host_rule), server.address().path, &IsRommImagePath);
  return server.Named(StreamArtwork(server.http(), std::move(http), request, max_image_bytes(),
                                    limited, server.clock(), sink));
}

}  // namespace marquee::playlist
