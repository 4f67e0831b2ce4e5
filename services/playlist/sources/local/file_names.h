// Parses the title from the name of a file or folder.
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
  std::string slug;     // base of `local-` ids; never empty

  bool has_ids() const { return tmdb_id || tvdb_id || !imdb_id.empty(); }
};

// Parses a name without its extension, in the conventions of Plex, Jellyfin, Emby, Kodi, Radarr and
// Sonarr:
//   Alien (1979)                     the last `(YYYY)` or `[YYYY]` from 1870 to 2100 is the year,
//                                    the first of `(2004-2010)`; at the end of the name it is not
//                                    part of the title
//   {tmdb-348} [tmdbid=348] {imdb-tt0078748} [tvdbid-79168] [tt0078748]   provider ids
//   [1080p] (1080) [Bluray-1080p] [x265] {edition-Director's Cut} …       removed from the title
//   Alien.1979.1080p.BluRay.x264-GROUP                                    a release name
// If nothing would remain of the title, the name is kept unchanged.
NamedTitle TitleOfName(std::string_view name);

// Lower case, only a–z 0–9 space hyphen, spaces converted to hyphens: `Alien (1979)` →
// `alien-1979`. If letters are dropped, a hash of the text (in NFC) is appended, so that titles in
// other scripts stay distinct.
std::string Slug(std::string_view text);

}  // namespace marquee::playlist
