#include "services/playlist/sources/remote/library_memory.h"

#include <algorithm>
#include <iterator>

namespace marquee::playlist {

void AddShares(const std::vector<LibraryMemory>& libraries, std::string_view kind, size_t limit,
               SourceYield* yield) {
  std::vector<const SeededSample*> samples;
  for (const LibraryMemory& library : libraries) {
    if (library.kind != kind) continue;
    samples.push_back(&library.chosen);
    yield->found += library.found;
    yield->skipped += library.skipped;
  }
  std::ranges::move(EqualShares(samples, limit), std::back_inserter(yield->items));
}

ItemPool PoolOf(const std::vector<LibraryMemory>& libraries) {
  ItemPool pool;
  for (const LibraryMemory& library : libraries) pool.Add(library.chosen.items());
  return pool;
}

const LibraryMemory* FindUnchanged(const std::vector<LibraryMemory>& libraries,
                                   const LibraryMemory& wanted) {
  const auto found = std::ranges::find_if(libraries, [&](const LibraryMemory& library) {
    return library.id == wanted.id && library.name == wanted.name && library.kind == wanted.kind &&
           !library.stamp.empty() && library.stamp == wanted.stamp &&
           library.chosen.seed() == wanted.chosen.seed();
  });
  return found == libraries.end() ? nullptr : &*found;
}

}  // namespace marquee::playlist
