// What a source remembers of a library from one fetch to the next, so that one which has not
// changed is not read again.
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

// Parts of the albums that are shown: added within a month, rated 7 or better, others.
struct MusicMix {
  double recent = 20;
  double popular = 30;
  double other = 50;
};

struct LibraryMemory {
  std::string id = {};     // at the server
  std::string name = {};   // as people know it
  std::string kind = {};   // movie, show, music, game: also which limit binds it
  std::string stamp = {};  // another one: it has changed
  SeededSample chosen = SeededSample(0, 0);
  // Of music, what was added of late and what is liked are chosen apart from the rest.
  SeededSample recent = SeededSample(0, 0);
  SeededSample popular = SeededSample(0, 0);
  MusicMix mix = {};
  uint64_t total = 0;                      // entries at the server
  size_t found = 0;                        // of them, those that pass the filter
  size_t skipped = 0;                      // of them, those that cannot become items
  std::vector<std::string> warnings = {};  // of its last reading, as SourceYield::warnings
  bool is_partial = false;                 // its last reading failed before its end

  // The sample that an item of this library belongs to.
  SeededSample& SampleFor(const Item& item, absl::Time now);
  // The choice, best first.
  std::vector<ItemPtr> items() const;
};

// At most `limit` of the items of the libraries of that kind, an equal share of each, and what was
// found, skipped and warned of there. A title that is in two of them is one, of the first.
void AddShares(const std::vector<LibraryMemory>& libraries, std::string_view kind, size_t limit,
               SourceYield* yield);

// Puts what was known before in the place of libraries that could not be read to their end, with
// the warnings of that reading. They have no stamp, so that they are read again.
void KeepFormer(const std::vector<LibraryMemory>& former, std::vector<LibraryMemory>* libraries);

// All items that are held.
ItemPool PoolOf(const std::vector<LibraryMemory>& libraries);

// Drops what the filter lets pass no longer, since it was added too long ago. False: something that
// the limit had left out would take its place, so the library has to be read again.
bool DropExpired(const ItemFilter& filter, absl::Time now, LibraryMemory* library);

// The library with that id, kind and stamp, chosen by that seed; null when there is none.
const LibraryMemory* FindUnchanged(const std::vector<LibraryMemory>& libraries,
                                   const LibraryMemory& wanted);

}  // namespace marquee::playlist
