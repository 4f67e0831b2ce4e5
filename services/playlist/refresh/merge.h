// Merges entries of the same film or series, from several sources or from one, into one title. Pure
// functions; deterministic, so that an unchanged library gives an unchanged playlist.
#pragma once

#include <string>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// The entries of one source.
struct MergeOffer {
  std::string source = {};          // name of the source
  std::vector<ItemPtr> items = {};  // unmerged entries
  bool merge = true;                // false: its entries are not merged
};

// Returns the titles of all sources, grouped by their preferred source. `offers` is in configured
// order, which is the order of preference; of two entries of one source the one with more pixels is
// preferred.
//
// GroupTitles decides which entries are one title, MergeFields its fields. Its key is that of the
// preferred entry, or, if `published` (the previous playlist) has the title under a key of a source
// that is at least as preferred, that key: so the key survives restarts, failures of that source,
// and the removal of the entry. `copies` lists every entry, and up to eight removed ones of sources
// that are still offered; these keys still find the title.
//
// A single entry is returned as the same object.
std::vector<std::vector<ItemPtr>> MergeTitles(const std::vector<MergeOffer>& offers,
                                              const std::vector<ItemPtr>& published);

}  // namespace marquee::playlist
