#include "services/playlist/refresh/compose.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

using KeySet = absl::flat_hash_set<std::string_view, base::StringHash, base::StringEq>;

// A source's items in the order in which it gives them up last to first.
void ShuffleBySeed(std::vector<ItemPtr>* items, uint64_t seed) {
  std::vector<std::tuple<uint64_t, std::string_view, ItemPtr>> ranked;
  ranked.reserve(items->size());
  for (ItemPtr& item : *items) {
    const std::string_view key = item->item.key;
    ranked.emplace_back(XXH3_64bits_withSeed(key.data(), key.size(), seed), key, std::move(item));
  }
  std::ranges::sort(ranked, [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  items->clear();
  for (auto& [rank, key, item] : ranked) items->push_back(std::move(item));
}

ItemPtr WithKeyOfItsOwn(const Item& item) {
  Item renamed = item;
  const std::string suffix = fmt::format(
      "-{:08x}",
      static_cast<uint32_t>(XXH3_64bits(item.server_name.data(), item.server_name.size())));
  if (renamed.id == renamed.key) renamed.id += suffix;
  renamed.key += suffix;
  return MakePlaylistItem(std::move(renamed));
}

void MakeKeysUnique(std::vector<std::vector<ItemPtr>>* offers) {
  KeySet seen;
  for (auto& offer : *offers) {
    std::erase_if(offer, [&seen](ItemPtr& item) {
      if (seen.insert(item->item.key).second) return false;
      item = WithKeyOfItsOwn(item->item);
      return !seen.insert(item->item.key).second;
    });
  }
}

}  // namespace

std::vector<ItemPtr> ShareItems(std::vector<Item> items, const std::vector<ItemPtr>& previous) {
  absl::flat_hash_map<std::string_view, const ItemPtr*, base::StringHash, base::StringEq> known;
  known.reserve(previous.size());
  for (const ItemPtr& item : previous) known.emplace(item->item.key, &item);

  std::vector<ItemPtr> shared;
  shared.reserve(items.size());
  KeySet seen;
  for (Item& item : items) {
    ItemPtr made = MakePlaylistItem(std::move(item));
    const auto at = known.find(std::string_view(made->item.key));
    if (at != known.end() && (*at->second)->hash == made->hash) made = *at->second;
    if (seen.insert(made->item.key).second) shared.push_back(std::move(made));
  }
  return shared;
}

Composition Compose(std::vector<std::vector<ItemPtr>> offers, const ComposeLimits& limits,
                    uint64_t seed) {
  MakeKeysUnique(&offers);
  size_t offered = 0;
  for (auto& offer : offers) {
    offered += offer.size();
    ShuffleBySeed(&offer, seed);
  }

  // One from each source in turn: equal shares, without working out what a share is.
  Composition composition;
  composition.items.reserve(std::min(offered, limits.max_items));
  for (size_t turn = 0; composition.items.size() < limits.max_items; ++turn) {
    bool took = false;
    for (auto& offer : offers) {
      if (turn >= offer.size() || composition.items.size() >= limits.max_items) continue;
      took = true;
      if (composition.bytes + offer[turn]->bytes > limits.max_bytes) {
        composition.bytes_capped = true;
        continue;
      }
      composition.bytes += offer[turn]->bytes;
      composition.items.push_back(std::move(offer[turn]));
    }
    if (!took) break;
  }
  composition.items_capped =
      composition.items.size() == limits.max_items && offered > limits.max_items;
  // Another seed than the one that chose, lest the first turn's items come first.
  ShuffleBySeed(&composition.items, seed + 1);
  return composition;
}

}  // namespace marquee::playlist
