#include "services/playlist/sources/tmdb/tmdb_artwork.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/strings.h"
#include "services/playlist/sources/remote/artwork_stream.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(15);

}  // namespace

bool IsTmdbImagePath(std::string_view path) {
  if (!path.starts_with("/t/p/") || path.size() > 200 || !IsPlainPath(path)) return false;
  std::string_view rest = path.substr(5);
  return IsPathWord(NextPart(rest, '/')) && rest.find('.') != std::string_view::npos &&
         rest.find('/') == std::string_view::npos;
}

absl::Status TmdbArtwork::Open(const ArtworkRequest& request, const base::CallContext& context,
                               ArtworkSink& sink) {
  const auto named = [&](const absl::Status& status) {
    return base::Annotate(status, fmt::format("tmdb \"{}\"", options_.name));
  };
  if (!IsTmdbImagePath(request.path)) {
    return named(
        absl::PermissionDeniedError("only images can be fetched, with paths /t/p/<size>/<file>"));
  }
  httpc::HttpRequest http;
  http.url = options_.images.Origin() + request.path;
  http.upstream = options_.name;
  const httpc::HostRule of_host = [rule = httpc::OnlyServer(options_.images),
                                   mirror = options_.is_mirror](const httpc::Url& url) {
    if (rule(url) == httpc::HostTrust::kRefused) return httpc::HostTrust::kRefused;
    return mirror ? httpc::HostTrust::kConfigured : httpc::HostTrust::kPublic;
  };
  http.host_rule = OnlyPaths(of_host, options_.images.path, &IsTmdbImagePath);
  base::CallContext limited = context;
  limited.deadline = std::min(context.deadline, clock_.Now() + kTimeout);
  return named(
      StreamArtwork(http_, std::move(http), request, max_image_bytes(), limited, clock_, sink));
}

}  // namespace marquee::playlist
