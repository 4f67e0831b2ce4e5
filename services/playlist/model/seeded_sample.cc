#include "services/playlist/model/seeded_sample.h"

#include <xxhash.h>

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

std::vector<ItemPtr> EqualShares(const std::vector<const SeededSample*>& samples, size_t limit) {
  std::vector<std::vector<ItemPtr>> offers;
  for (const SeededSample* sample : samples) offers.push_back(sample->items());
  std::vector<ItemPtr> taken;
  // One from each in turn: equal shares, without working out what a share is.
  for (size_t turn = 0; taken.size() < limit; ++turn) {
    const size_t before = taken.size();
    for (auto& offer : offers) {
      if (turn < offer.size() && taken.size() < limit) taken.push_back(std::move(offer[turn]));
    }
    if (taken.size() == before) break;
  }
  return taken;
}

}  // namespace marquee::playlist
