// Combines the items of all sources to one playlist: fair shares under the caps, and an order. Pure
// functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

struct ComposeLimits {
  size_t max_items = 5000;
  uint64_t max_bytes = uint64_t{50} << 20;  // of the encoded items
};

// The items of one source.
struct Offer {
  std::vector<ItemPtr> items = {};
  double weight = 1;  // relative to other sources; above 0
};

struct Composition {
  std::vector<ItemPtr> items;  // in playing order
  uint64_t bytes = 0;
  bool items_capped = false;  // items were dropped because of max_items
  bool bytes_capped = false;  // items were dropped because of max_bytes
};

// Replaces each item that equals one of `previous` (same key, same bytes) by that object, so that
// two snapshots share unchanged items. Of repeated keys only the first is kept.
std::vector<ItemPtr> ShareItems(const std::vector<ItemPtr>& items,
                                const std::vector<ItemPtr>& previous);

// If a cap applies, each source gets a share by its weight, within which each of its libraries gets
// an equal share; unused shares go to the others. `seed` selects the items of a library and
// shuffles the order: equal offers and an equal seed give an equal playlist. If two sources have
// the same key, the later one is made unique.
Composition Compose(std::vector<Offer> offers, const ComposeLimits& limits, uint64_t seed);

}  // namespace marquee::playlist
