#include "services/playlist/model/seeded_sample.h"

#include <xxhash.h>

#include <algorithm>
#include <iterator>

namespace marquee::playlist {

std::pair<uint64_t, std::string> SeededSample::PlaceOf(std::string_view key) const {
  return {XXH64(key.data(), key.size(), seed_), std::string(key)};
}

void SeededSample::Add(Item item, const ItemPool& known) {
  auto place = PlaceOf(item.key);
  const bool full = chosen_.size() >= limit_;
  if (full && !chosen_.contains(place)) {
    ++left_out_;
    if (limit_ == 0 || place > chosen_.rbegin()->first) return;
    chosen_.erase(std::prev(chosen_.end()));
  }
  chosen_.insert_or_assign(std::move(place), known.Share(std::move(item)));
}

void SeededSample::Remove(std::string_view key) { chosen_.erase(PlaceOf(key)); }

std::vector<ItemPtr> SeededSample::items() const {
  std::vector<ItemPtr> items;
  items.reserve(chosen_.size());
  for (const auto& [place, item] : chosen_) items.push_back(item);
  return items;
}

std::vector<ItemPtr> EqualShares(std::vector<std::vector<ItemPtr>> lists, size_t limit) {
  std::vector<ItemPtr> taken;
  // Round-robin over the lists gives equal shares without computing them.
  for (size_t turn = 0; taken.size() < limit; ++turn) {
    const size_t before = taken.size();
    for (auto& list : lists) {
      if (turn < list.size() && taken.size() < limit) taken.push_back(std::move(list[turn]));
    }
    if (taken.size() == before) break;
  }
  return taken;
}

std::vector<ItemPtr> Blend(std::vector<WeightedList> lists) {
  std::vector<size_t> next(lists.size(), 0);
  std::vector<ItemPtr> blended;
  while (true) {
    // Next: the list with the smallest count relative to its weight.
    size_t best = lists.size();
    double least = 0;
    for (size_t i = 0; i < lists.size(); ++i) {
      if (next[i] >= lists[i].items.size()) continue;
      const double had = static_cast<double>(next[i] + 1) / std::max(lists[i].weight, 1e-9);
      if (best == lists.size() || had < least) {
        best = i;
        least = had;
      }
    }
    if (best == lists.size()) return blended;
    blended.push_back(std::move(lists[best].items[next[best]++]));
  }
}

}  // namespace marquee::playlist
