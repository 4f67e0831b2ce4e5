#include "services/playlist/sources/jellyfin/jellyfin_artwork.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/sources/remote/artwork_stream.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {

bool IsImagePath(std::string_view path) {
  static constexpr std::array<std::string_view, 10> kTypes = {
      "Primary", "Backdrop", "Logo", "Banner",     "Disc",
      "Thumb",   "Art",      "Box",  "Screenshot", "BoxRear"};
  static constexpr std::array<std::string_view, 7> kParameters = {
      "tag", "maxWidth", "maxHeight", "fillWidth", "fillHeight", "quality", "format"};
  std::string_view query = path;
  std::string_view rest = NextPart(query, '?');
  if (!rest.starts_with('/')) return false;
  rest.remove_prefix(1);
  const bool known = NextPart(rest, '/') == "Items" && IsPathWord(NextPart(rest, '/')) &&
                     NextPart(rest, '/') == "Images" &&
                     std::ranges::find(kTypes, NextPart(rest, '/')) != kTypes.end();
  const bool index = rest.empty() || (IsPathNumber(rest) && rest.size() <= 4);
  return known && index && !path.ends_with('/') && IsPlainQuery(query, kParameters);
}

bool IsMediaPath(std::string_view path) {
  static constexpr std::array<std::string_view, 1> kParameters = {"static"};
  std::string_view query = path;
  std::string_view rest = NextPart(query, '?');
  if (!rest.starts_with('/')) return false;
  rest.remove_prefix(1);
  const std::string_view kind = NextPart(rest, '/');
  return (kind == "Videos" || kind == "Audio") && IsPathWord(NextPart(rest, '/')) &&
         rest == "stream" && IsPlainQuery(query, kParameters);
}

absl::Status JellyfinArtwork::Open(const ArtworkRequest& request, const base::CallContext& context,
                                   ArtworkSink& sink) {
  const RemoteServer& server = client_.server();
  const bool image = request.kind == ArtworkKind::kImage;
  if (!IsImagePath(request.path) && (image || !IsMediaPath(request.path))) {
    return server.Named(absl::PermissionDeniedError(
        "only images, trailers and themes can be fetched, with paths /Items/<id>/Images/<type>, "
        "/Videos/<id>/stream and /Audio/<id>/stream"));
  }
  httpc::HttpRequest http = client_.Request(request.path);
  http.host_rule = OnlyPaths(std::move(http.host_rule), client_.base_path(),
                             IsImagePath(request.path) ? &IsImagePath : &IsMediaPath);
  return server.Named(StreamArtwork(server.http(), std::move(http), request, max_image_bytes(),
                                    image ? server.Limit(context) : context, server.clock(), sink));
}

}  // namespace marquee::playlist
