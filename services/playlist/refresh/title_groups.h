// Which entries of all sources are the same film or series. A pure function, in linear time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

struct TitleEntry {
  const Item* item = nullptr;
  size_t source = 0;  // the index of its source
};

// The most entries that one title may have by its name: beyond it a further title begins. Above the
// number of sources that a configuration may have.
inline constexpr size_t kMaxCopies = 64;

// Two entries are one title when their type is equal (film or series) and
//   1. an id is equal: IMDb, TMDB or TVDB; or
//   2. title (TitleKey) and year are equal, both years are known, and no id speaks against it.
// Rule 1 comes first and is transitive: by it A = B by IMDb and B = C by TMDB make A = C, whatever
// other ids they have. Rule 2 joins what rule 1 has made, and ids speak against it when both sides
// know an id of the same kind, since equal ones would have joined them.
//
// An entry without a type (a local picture, of which only a name and perhaps ids are known) joins
// the one title that it can be, whatever its type:
//   3. the one that has an equal id; where films and series have numbers of their own (TMDB, TVDB),
//      titles or years must agree, too; of several those of its name;
//   4. if no title has an id of it: the one film or series of its title and year, by rule 2.
// Where two are possible it stays alone. Entries without a type do not join one another.
//
// An id that a source gives to three titles or more of different names and years, or to eight of
// different names, or that more than kMaxCopies entries have, is a placeholder and not regarded.
//
// `entries` in order of preference. Returns the groups of two entries or more, as ascending
// indices, in the order of their first entries. Equal entries in an equal order give equal groups.
std::vector<std::vector<uint32_t>> GroupTitles(const std::vector<TitleEntry>& entries);

}  // namespace marquee::playlist
