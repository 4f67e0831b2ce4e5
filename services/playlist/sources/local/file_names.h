// What the name of a file or folder tells about the title in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::playlist {

struct NamedTitle {
  std::string title;  // NFC
  std::optional<int32_t> year;
  std::optional<int64_t> tmdb_id;
  std::optional<int64_t> tvdb_id;
  std::string imdb_id;  // tt0078748
  std::string slug;     // what `local-` ids are made of; never empty

  bool has_ids() const { return tmdb_id || tvdb_id || !imdb_id.empty(); }
};

// From a name without its extension, in the ways of Plex, Jellyfin, Emby, Kodi, Radarr and Sonarr:
//   Alien (1979)                     the last `(YYYY)` or `[YYYY]` from 1870 to 2100 is the year;
//   of
//                                    `(2004-2010)` the first; at the end it is no part of the title
//   {tmdb-348} [tmdbid=348] {imdb-tt0078748} [tvdbid-79168] [tt0078748]   provider ids
//   [1080p] (1080) [Bluray-1080p] [x265] {edition-Director's Cut} …       left out of the title
//   Alien.1979.1080p.BluRay.x264-GROUP                                    a release's name
// A name that would lose all its title this way keeps it.
NamedTitle TitleOfName(std::string_view name);

// Lower case, only a–z 0–9 space hyphen kept, spaces to hyphens: `Alien (1979)` → `alien-1979`.
// A text that loses letters this way gets a hash of itself (in NFC) at its end, so that two titles
// in another script stay two.
std::string Slug(std::string_view text);

}  // namespace marquee::playlist
