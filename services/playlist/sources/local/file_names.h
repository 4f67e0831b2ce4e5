// What the name of a file tells about the title in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::playlist {

struct NamedTitle {
  std::string title;
  std::optional<int32_t> year;
  std::string slug;  // what `local-` ids are made of; never empty
};

// From a path relative to its root, `posters/Alien (1979).jpg`: a `(YYYY)` anywhere in the stem is
// the year, one at its end is no part of the title. A stem that names a role instead of a title
// (poster, cover, folder, movie) gives way to the folder it is in.
NamedTitle TitleOfPath(std::string_view path);

// Lower case, only a–z 0–9 space hyphen kept, spaces to hyphens: `Alien (1979)` → `alien-1979`.
// A text that loses letters this way gets a hash of itself at its end, so that two titles in
// another script stay two.
std::string Slug(std::string_view text);

}  // namespace marquee::playlist
