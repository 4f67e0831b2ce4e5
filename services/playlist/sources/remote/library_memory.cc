#include "services/playlist/sources/remote/library_memory.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <iterator>

namespace marquee::playlist {

namespace {

constexpr absl::Duration kRecent = absl::Hours(24 * 30);
constexpr double kPopular = 7;

}  // namespace

SeededSample& LibraryMemory::SampleFor(const Item& item, absl::Time now) {
  if (kind != "music") return chosen;
  if (item.added_at_ms && absl::FromUnixMillis(*item.added_at_ms) > now - kRecent) return recent;
  return item.rating.value_or(0) >= kPopular ? popular : chosen;
}

std::vector<ItemPtr> LibraryMemory::items() const {
  if (kind != "music") return chosen.items();
  return Blend(
      {{recent.items(), mix.recent}, {popular.items(), mix.popular}, {chosen.items(), mix.other}});
}

void AddShares(const std::vector<LibraryMemory>& libraries, std::string_view kind, size_t limit,
               SourceYield* yield) {
  std::vector<std::vector<ItemPtr>> lists;
  absl::flat_hash_set<std::string> keys;
  for (const LibraryMemory& library : libraries) {
    if (library.kind != kind) continue;
    std::vector<ItemPtr>& list = lists.emplace_back(library.items());
    const size_t repeated = std::erase_if(
        list, [&](const ItemPtr& item) { return !keys.insert(item->item.key).second; });
    yield->found += library.found - repeated;
    yield->skipped += library.skipped;
    std::ranges::copy(library.warnings, std::back_inserter(yield->warnings));
  }
  std::ranges::move(EqualShares(std::move(lists), limit), std::back_inserter(yield->items));
}

void KeepFormer(const std::vector<LibraryMemory>& former, std::vector<LibraryMemory>* libraries) {
  for (LibraryMemory& library : *libraries) {
    if (!library.is_partial) continue;
    const auto known = std::ranges::find_if(former, [&](const LibraryMemory& other) {
      return other.id == library.id && other.kind == library.kind;
    });
    if (known != former.end()) {
      std::vector<std::string> warnings = std::move(library.warnings);
      library = *known;
      library.warnings = std::move(warnings);
      library.is_partial = true;
    }
    library.stamp.clear();
  }
}

ItemPool PoolOf(const std::vector<LibraryMemory>& libraries) {
  ItemPool pool;
  for (const LibraryMemory& library : libraries) pool.Add(library.items());
  return pool;
}

bool DropExpired(const ItemFilter& filter, absl::Time now, LibraryMemory* library) {
  if (!filter.added_within) return true;
  ItemFilter age;
  age.added_within = filter.added_within;
  const auto items = library->items();
  const bool limited = library->found > items.size();
  for (const ItemPtr& item : items) {
    if (Passes(age, item->item, now)) continue;
    if (limited) return false;
    for (SeededSample* sample : {&library->chosen, &library->recent, &library->popular}) {
      sample->Remove(item->item.key);
    }
    --library->found;
  }
  return true;
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
