#include "services/playlist/sources/plex/plex_images.h"

#include <algorithm>
#include <array>

#include "libs/httpc/url.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {

bool IsPlexImagePath(std::string_view path) {
  static constexpr std::array<std::string_view, 10> kImages = {
      "thumb",  "art",       "clearLogo",        "banner",    "poster",
      "square", "squareArt", "backgroundSquare", "landscape", "composite"};
  if (path.size() > 200 || !IsPlainPath(path)) return false;
  std::string_view rest = path.substr(1);
  std::string_view kind = NextPart(rest, '/');
  const bool in_library = kind == "library";
  if (in_library) kind = NextPart(rest, '/');
  const std::string_view id = NextPart(rest, '/');
  const std::string_view image = NextPart(rest, '/');
  if (!IsPathWord(id) || !(rest.empty() || IsPathNumber(rest)) || path.ends_with('/')) return false;
  if (in_library && (kind == "metadata" || kind == "collections")) {
    return std::ranges::find(kImages, image) != kImages.end();
  }
  return image == "composite" && IsPathNumber(rest) &&
         kind == (in_library ? "sections" : "playlists");
}

std::string PlexImagePathIn(std::string_view text) {
  if (text.starts_with("//library/") || text.starts_with("//photo/")) text.remove_prefix(1);
  std::string path(text);
  if (text.starts_with("//")) path.insert(0, "http:");
  if (const auto url = httpc::Url::Parse(path); url.ok()) path = url->path + "?" + url->query;
  std::string_view query = path;
  std::string_view bare = NextPart(query, '?');
  if (bare.ends_with("/photo/:/transcode")) {
    while (!query.empty()) {
      std::string_view value = NextPart(query, '&');
      if (NextPart(value, '=') != "url") continue;
      const std::string inner = httpc::PercentDecode(value);
      return inner.find("/transcode") == std::string::npos ? PlexImagePathIn(inner) : std::string();
    }
    return {};
  }
  // A server behind a proxy may have a base path, which is not part of the image path.
  const size_t library = bare.find("/library/");
  if (library != std::string_view::npos) bare.remove_prefix(library);
  return IsPlexImagePath(bare) ? std::string(bare) : std::string();
}

}  // namespace marquee::playlist
