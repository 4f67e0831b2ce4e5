#include "services/playlist/sources/source_operations.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace marquee::playlist {

void SortExtras(std::vector<Extra>* extras) {
  // Not std::stable_sort: its buffer is deprecated in the standard library in use.
  using Ranked = std::pair<std::tuple<ExtraKind, bool, size_t>, Extra>;
  std::vector<Ranked> ranked;
  for (Extra& extra : *extras) {
    const auto rank = std::tuple(extra.kind, !extra.official, ranked.size());
    ranked.emplace_back(rank, std::move(extra));
  }
  std::ranges::sort(ranked, {}, &Ranked::first);
  extras->clear();
  for (Ranked& entry : ranked) extras->push_back(std::move(entry.second));
}

}  // namespace marquee::playlist
