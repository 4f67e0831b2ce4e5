// Paths of images and trailers in requests: every path that would be sent to a media server has an
// allowed form, even after a lenient server has decoded it.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <regex>
#include <string>
#include <string_view>

#include "libs/httpc/url.h"
#include "services/playlist/sources/jellyfin/jellyfin_artwork.h"
#include "services/playlist/sources/plex/plex_artwork.h"
#include "services/playlist/sources/plex/plex_images.h"
#include "services/playlist/sources/romm/romm_artwork.h"
#include "services/playlist/sources/tmdb/tmdb_artwork.h"

namespace marquee::playlist {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

struct Rule {
  bool (*accepts)(std::string_view path);
  const char* shape;
};

// Independent of the code under test.
constexpr Rule kRules[] = {
    {&IsPlexImagePath,
     "/library/(metadata|collections)/[A-Za-z0-9-]+/(thumb|art|clearLogo|banner|poster|square|"
     "squareArt|backgroundSquare|landscape|composite)(/[0-9]+)?|"
     "(/library/sections|/playlists)/[A-Za-z0-9-]+/composite/[0-9]+"},
    {&IsPlexMediaPath,
     "/library/parts/[0-9]+/[0-9]+/[A-Za-z0-9._~-]+|/library/metadata/[0-9]+/theme/[0-9]+"},
    {&IsImagePath,
     "/Items/[A-Za-z0-9-]+/Images/[A-Z][A-Za-z]+(/[0-9]{1,4})?"
     "([?]([A-Za-z]+=[A-Za-z0-9-]+&?)*)?"},
    {&IsMediaPath, "/(Videos|Audio)/[A-Za-z0-9-]+/stream([?](static=[A-Za-z0-9-]+&?)*)?"},
    {&IsRommImagePath, "(/api/raw)?/assets/[A-Za-z0-9._~/-]*[.](png|jpe?g|webp|gif|avif)"},
    {&IsTmdbImagePath, "/t/p/[A-Za-z0-9-]+/[A-Za-z0-9_~-]*[.][A-Za-z0-9._~-]*"}};

void CheckRequested(std::string_view path, size_t rule) {
  static const auto shapes = [] {
    std::array<std::regex, std::size(kRules)> all;
    for (size_t i = 0; i < all.size(); ++i) all[i] = std::regex(kRules[i].shape);
    return all;
  }();
  const std::string text(path);
  Check(std::regex_match(text, shapes[rule]));
  // The path contains nothing that a server could interpret differently.
  Check(httpc::PercentDecode(text) == text);
  Check(text.find("/../") == std::string::npos && text.find("/./") == std::string::npos);
  Check(text.find("//") == std::string::npos);
  Check(!text.ends_with("/..") && text.find('\\') == std::string::npos);
}

void Run(std::string_view text) {
  for (size_t i = 0; i < std::size(kRules); ++i) {
    if (kRules[i].accepts(text)) CheckRequested(text, i);
  }
  if (const std::string found = PlexImagePathIn(text); !found.empty()) CheckRequested(found, 0);
}

}  // namespace
}  // namespace marquee::playlist

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::playlist::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
