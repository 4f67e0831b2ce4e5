// Finds entries of all sources that are the same film or series. A pure function in linear time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

struct TitleEntry {
  const Item* item = nullptr;
  size_t source = 0;  // index of its source
};

// Maximum number of entries that one title may have by its name; further ones form another title.
// Greater than the number of sources that a configuration may have.
inline constexpr size_t kMaxCopies = 64;

// Two entries are one title if their types are equal (film or series) and
//   1. an id is equal: IMDb, TMDB or TVDB; or
//   2. title (TitleKey) and year are equal, both years are known, and no ids conflict.
// Rule 1 is applied first and is transitive: A = B by IMDb and B = C by TMDB give A = C, whatever
// other ids they have. Rule 2 joins the groups of rule 1. Ids conflict if both groups have an id of
// the same kind, because equal ones would have joined them.
//
// An entry without a type (a local image, of which only a name and perhaps ids are known) joins a
// title of any type:
//   3. the one with an equal id; where films and series are numbered separately (TMDB, TVDB),
//      titles or years must match too; of several, those with its name;
//   4. if no title has one of its ids: the film or series of its title and year, by rule 2.
// If two titles match, it joins neither.
//
// Entries without a type also join each other (and a title through each other, but never two
// titles, nor one title of two that match):
//   5. by an equal IMDb id, or an equal TMDB or TVDB id if their titles are equal or their years
//      differ by at most one;
//   6. by title and year, as in rule 2.
//
// An id is ignored as a placeholder if one source uses it for three or more titles of different
// names and years or for eight or more of different names, or if more than kMaxCopies entries have
// it.
//
// `entries` in order of preference. Returns the groups of at least two entries, as ascending
// indices, in the order of their first entries. Equal entries in equal order give equal groups.
std::vector<std::vector<uint32_t>> GroupTitles(const std::vector<TitleEntry>& entries);

}  // namespace marquee::playlist
