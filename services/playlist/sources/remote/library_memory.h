// State of a library between fetches, so that an unchanged library is not read again.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/playlist/model/filters.h"
#include "services/playlist/model/item_pool.h"
#include "services/playlist/model/seeded_sample.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

// Shares of the albums that are shown: added within a month, rated 7 or better, others.
struct MusicMix {
  double recent = 20;
  double popular = 30;
  double other = 50;
};

struct LibraryMemory {
  std::string id = {};     // id at the server
  std::string name = {};   // display name
  std::string kind = {};   // movie, show, music, game; determines the limit
  std::string stamp = {};  // differs if the library has changed
  SeededSample chosen = SeededSample(0, 0);
  // For music, recent and popular albums are sampled separately from the rest.
  SeededSample recent = SeededSample(0, 0);
  SeededSample popular = SeededSample(0, 0);
  MusicMix mix = {};
  uint64_t total = 0;                      // entries at the server
  size_t found = 0;                        // entries that pass the filter
  size_t skipped = 0;                      // entries that cannot become items
  std::vector<std::string> warnings = {};  // of the last read, as SourceYield::warnings
  bool is_partial = false;                 // the last read failed before its end

  // The sample to which an item of this library belongs.
  SeededSample& SampleFor(const Item& item, absl::Time now);
  // The sampled items, best first.
  std::vector<ItemPtr> items() const;
};

// Adds at most `limit` items of the libraries of that kind to the yield, an equal share of each,
// and their counts and warnings. A title in two libraries counts once, for the first.
void AddShares(const std::vector<LibraryMemory>& libraries, std::string_view kind, size_t limit,
               SourceYield* yield);

// Replaces libraries that could not be read completely by their previous state, with the warnings
// of the failed read. They have no stamp, so that they are read again.
void KeepFormer(const std::vector<LibraryMemory>& former, std::vector<LibraryMemory>* libraries);

// All items of these libraries.
ItemPool PoolOf(const std::vector<LibraryMemory>& libraries);

// Removes items that no longer pass the filter because they were added too long ago. False: items
// dropped because of the limit could take their place, so the library must be read again.
bool DropExpired(const ItemFilter& filter, absl::Time now, LibraryMemory* library);

// The library with that id, kind and stamp, sampled with that seed; null: none.
const LibraryMemory* FindUnchanged(const std::vector<LibraryMemory>& libraries,
                                   const LibraryMemory& wanted);

}  // namespace marquee::playlist
