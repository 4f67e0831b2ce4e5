// What the name of a picture says about its part: the names that Plex, Kodi, Jellyfin, Emby and
// Kometa give to artwork beside a film or series.
#pragma once

#include <absl/functional/function_ref.h>

#include <string_view>

namespace marquee::playlist {

enum class ArtworkPart {
  kNone,        // a name without such a word: `Alien (1979)`
  kPoster,      // poster, folder, cover, movie, show, default, jacket
  kBackground,  // fanart, backdrop, background, art
  kClearLogo,   // clearlogo, logo
  kOther,       // banner, disc, thumb, landscape, clearart, … : of no use to a wall
  kSeason,      // of a season or an episode
};

struct ArtworkName {
  ArtworkPart part = ArtworkPart::kNone;
  std::string_view base = {};  // `Alien (1979)` of `Alien (1979)-poster`; empty: the word alone
  int rank = 0;                // among names of one part: lower is preferred
};

// `stem`: a file's name without its extension. Without regard to case; a word may be numbered
// (fanart2, poster-1) and may follow a base after `-`, `_` or `.`. Words that are also words of
// titles (art, cover, show, box, …) count behind a base only if `is_title` says that the base is
// the title of something in the same folder.
ArtworkName ArtworkNameOf(std::string_view stem,
                          absl::FunctionRef<bool(std::string_view base)> is_title);

// `Season 01`, `Staffel 2`, `S03`, `Specials` and the like: a folder that belongs to a season.
bool IsSeasonFolder(std::string_view name);

// `extras`, `trailers`, `featurettes`, `.actors` …: beside a film or series, what is not its own
// artwork. A folder of such a name that lies anywhere else may be anything.
bool IsExtrasFolder(std::string_view name);

}  // namespace marquee::playlist
