#include "services/playlist/refresh/compose.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/model/item_pool.h"

namespace marquee::playlist {
namespace {

using KeySet = absl::flat_hash_set<std::string_view, base::StringHash, base::StringEq>;

// Shuffles the items of a source; they are taken from the back.
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

ItemPtr WithKeyOfItsOwn(const PlaylistItem& entry) {
  const Item& item = entry.item;
  Item renamed = item;
  const std::string suffix = fmt::format(
      "-{:08x}",
      static_cast<uint32_t>(XXH3_64bits(item.server_name.data(), item.server_name.size())));
  if (renamed.id == renamed.key) renamed.id += suffix;
  renamed.key += suffix;
  return MakePlaylistItem(std::move(renamed), entry.parts);
}

void MakeKeysUnique(std::vector<Offer>* offers) {
  KeySet seen;
  for (Offer& offer : *offers) {
    std::erase_if(offer.items, [&seen](ItemPtr& item) {
      if (seen.insert(item->item.key).second) return false;
      item = WithKeyOfItsOwn(*item);
      return !seen.insert(item->item.key).second;
    });
  }
}

// The items of a source, one list per library.
struct Share {
  std::vector<std::vector<ItemPtr>> libraries;
  std::vector<size_t> next;  // per library
  double weight = 1;
  size_t taken = 0;
  size_t left = 0;
};

Share ShareOf(Offer offer, uint64_t seed) {
  Share share;
  share.weight = offer.weight;
  share.left = offer.items.size();
  absl::flat_hash_map<std::string, size_t> places;
  for (ItemPtr& item : offer.items) {
    const size_t place =
        places.try_emplace(item->item.library, share.libraries.size()).first->second;
    if (place == share.libraries.size()) share.libraries.emplace_back();
    share.libraries[place].push_back(std::move(item));
  }
  for (auto& library : share.libraries) ShuffleBySeed(&library, seed);
  share.next.resize(share.libraries.size(), 0);
  return share;
}

// The one furthest behind its share; null if all are exhausted.
Share* FurthestBehind(std::vector<Share>& shares) {
  Share* neediest = nullptr;
  double least = 0;
  for (Share& share : shares) {
    if (share.left == 0) continue;
    const double fill = static_cast<double>(share.taken + 1) / share.weight;
    if (neediest != nullptr && fill >= least) continue;
    neediest = &share;
    least = fill;
  }
  return neediest;
}

ItemPtr TakeFrom(Share& share) {
  size_t library = share.libraries.size();
  for (size_t i = 0; i < share.libraries.size(); ++i) {
    if (share.next[i] >= share.libraries[i].size()) continue;
    if (library == share.libraries.size() || share.next[i] < share.next[library]) library = i;
  }
  ++share.taken;
  --share.left;
  return std::move(share.libraries[library][share.next[library]++]);
}

}  // namespace

std::vector<ItemPtr> ShareItems(const std::vector<ItemPtr>& items,
                                const std::vector<ItemPtr>& previous) {
  const ItemPool pool(previous);
  std::vector<ItemPtr> shared;
  shared.reserve(items.size());
  KeySet seen;
  for (const ItemPtr& item : items) {
    if (seen.insert(item->item.key).second) shared.push_back(pool.Share(item));
  }
  return shared;
}

Composition Compose(std::vector<Offer> offers, const ComposeLimits& limits, uint64_t seed) {
  MakeKeysUnique(&offers);
  size_t offered = 0;
  std::vector<Share> shares;
  for (Offer& offer : offers) {
    offered += offer.items.size();
    shares.push_back(ShareOf(std::move(offer), seed));
  }
  Composition composition;
  composition.items.reserve(std::min(offered, limits.max_items));
  while (composition.items.size() < limits.max_items) {
    Share* const share = FurthestBehind(shares);
    if (share == nullptr) break;
    ItemPtr item = TakeFrom(*share);
    if (composition.bytes + item->bytes > limits.max_bytes) {
      composition.bytes_capped = true;
      continue;
    }
    composition.bytes += item->bytes;
    composition.items.push_back(std::move(item));
  }
  composition.items_capped =
      composition.items.size() == limits.max_items && offered > limits.max_items;
  // A different seed than for the selection, so that the first selected items do not come first.
  ShuffleBySeed(&composition.items, seed + 1);
  return composition;
}

}  // namespace marquee::playlist
