#include "services/playlist/sources/plex/plex_artwork.h"

#include <utility>

#include "services/playlist/sources/plex/plex_images.h"
#include "services/playlist/sources/remote/artwork_stream.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {

bool IsPlexMediaPath(std::string_view path) {
  if (path.size() > 256 || !IsPlainPath(path)) return false;
  std::string_view rest = path;
  rest.remove_prefix(1);
  if (NextPart(rest, '/') != "library") return false;
  const std::string_view kind = NextPart(rest, '/');
  if (!IsPathNumber(NextPart(rest, '/'))) return false;
  if (kind == "metadata") return NextPart(rest, '/') == "theme" && IsPathNumber(rest);
  return kind == "parts" && IsPathNumber(NextPart(rest, '/')) && !rest.empty() &&
         rest.find('/') == std::string_view::npos;
}

absl::Status PlexArtwork::Open(const ArtworkRequest& request, const base::CallContext& context,
                               ArtworkSink& sink) {
  const bool image = request.kind == ArtworkKind::kImage;
  if (!(image ? IsPlexImagePath(request.path) : IsPlexMediaPath(request.path))) {
    return server_.Named(absl::PermissionDeniedError(
        "only images, trailers and themes can be fetched, with paths such as "
        "/library/metadata/<id>/thumb/<version>"));
  }
  httpc::HttpRequest http = server_.Request(request.path);
  http.host_rule = OnlyPaths(std::move(http.host_rule), server_.address().path,
                             image ? &IsPlexImagePath : &IsPlexMediaPath);
  return server_.Named(StreamArtwork(server_.http(), std::move(http), request, max_image_bytes(),
                                     image ? server_.Limit(context) : context, server_.clock(),
                                     sink));
}

}  // namespace marquee::playlist
