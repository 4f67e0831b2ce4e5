// Makes one title of the entries that several sources, or one source twice, have of a film or
// series. Pure functions; deterministic, so that an unchanged library is an unchanged playlist.
#pragma once

#include <string>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// What a source has.
struct MergeOffer {
  std::string source = {};          // its name
  std::vector<ItemPtr> items = {};  // entries of its own: none of them merged
  bool merge = true;                // false: all of it stays as it is
};

// The titles of all sources, by the preferred source of each. `offers` in configured order, which
// is that of preference; of two entries of one source the one with more pixels is preferred.
//
// What is one title: GroupTitles. Its fields: MergeFields. Its key is that of the preferred entry,
// or, when `published` (the playlist before) has the title under a key of a source that is
// preferred no less, that key: it stays through restarts, through failures of that source, and
// after an entry is gone there. `copies` lists every entry, and up to eight that are gone of
// sources that are still offered; they keep finding the title.
//
// An entry that stands alone is returned as the very object it was.
std::vector<std::vector<ItemPtr>> MergeTitles(const std::vector<MergeOffer>& offers,
                                              const std::vector<ItemPtr>& published);

}  // namespace marquee::playlist
