#include "services/playlist/model/seeded_sample.h"

#include <xxhash.h>

#include <iterator>

namespace marquee::playlist {

void SeededSample::Add(Item item) {
  std::pair<uint64_t, std::string> place(XXH64(item.key.data(), item.key.size(), seed_), item.key);
  chosen_.try_emplace(std::move(place), std::move(item));
  if (chosen_.size() > limit_) {
    chosen_.erase(std::prev(chosen_.end()));
    ++left_out_;
  }
}

std::vector<Item> SeededSample::Take() {
  std::vector<Item> items;
  items.reserve(chosen_.size());
  for (auto& [place, item] : chosen_) items.push_back(std::move(item));
  chosen_.clear();
  return items;
}

}  // namespace marquee::playlist
