// Derives the kind of artwork from the name of an image, using the names that Plex, Kodi, Jellyfin,
// Emby and Kometa use for artwork beside a film or series.
#pragma once

#include <absl/functional/function_ref.h>

#include <string_view>

namespace marquee::playlist {

enum class ArtworkPart {
  kNone,        // no artwork word in the name: `Alien (1979)`
  kPoster,      // poster, folder, cover, movie, show, default, jacket
  kBackground,  // fanart, backdrop, background, art
  kClearLogo,   // clearlogo, logo
  kOther,       // banner, disc, thumb, landscape, clearart, … : not shown
  kSeason,      // of a season or an episode
};

struct ArtworkName {
  ArtworkPart part = ArtworkPart::kNone;
  std::string_view base = {};  // `Alien (1979)` in `Alien (1979)-poster`; empty: only the word
  int rank = 0;                // preference among names of one part: lower is preferred
};

// `stem`: a file name without extension, compared without case. A word may be numbered (fanart2,
// poster-1) and may follow a base after `-`, `_` or `.`. Words that are common in titles (art,
// cover, show, box, …) count after a base only if `is_title` says that the base is the title of
// another file in the same folder.
ArtworkName ArtworkNameOf(std::string_view stem,
                          absl::FunctionRef<bool(std::string_view base)> is_title);

// `Season 01`, `Staffel 2`, `S03`, `Specials` and similar: the folder of a season.
bool IsSeasonFolder(std::string_view name);

// `extras`, `trailers`, `featurettes`, `.actors` …: a folder beside a film or series that does not
// contain its artwork. Elsewhere a folder with such a name has no special meaning.
bool IsExtrasFolder(std::string_view name);

}  // namespace marquee::playlist
