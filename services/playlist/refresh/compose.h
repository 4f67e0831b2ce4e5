// What the sources offer, made into one playlist: capped fairly, unique, shuffled. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

using ItemPtr = std::shared_ptr<const PlaylistItem>;

struct ComposeLimits {
  size_t max_items = 5000;
  uint64_t max_bytes = uint64_t{50} << 20;  // of encoded items
};

struct Composition {
  std::vector<ItemPtr> items;  // in playing order
  uint64_t bytes = 0;
  bool items_capped = false;  // max_items left some out
  bool bytes_capped = false;  // max_bytes left some out
};

// Items of a new answer as shared values; one that equals an item of `previous` (same key, same
// bytes) is that very object, so that two snapshots share what has not changed. Repeated keys are
// dropped, the first stays.
std::vector<ItemPtr> ShareItems(std::vector<Item> items, const std::vector<ItemPtr>& previous);

// `offers`: the items of each source. When a cap bites, each source keeps an equal share, and what
// one does not need goes to the others; which of its items a source keeps is chosen by `seed`.
// Their order is shuffled by `seed` as well: equal offers and an equal seed give an equal playlist.
// A key that two sources have is made unique in the later one.
Composition Compose(std::vector<std::vector<ItemPtr>> offers, const ComposeLimits& limits,
                    uint64_t seed);

}  // namespace marquee::playlist
