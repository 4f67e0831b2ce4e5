// How the items of all sources become one playlist: fair shares under the caps, and an order.
// Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

struct ComposeLimits {
  size_t max_items = 5000;
  uint64_t max_bytes = uint64_t{50} << 20;  // of encoded items
};

// The items of one source.
struct Offer {
  std::vector<ItemPtr> items = {};
  double weight = 1;  // of its share beside those of other sources; above 0
};

struct Composition {
  std::vector<ItemPtr> items;  // in playing order
  uint64_t bytes = 0;
  bool items_capped = false;  // max_items left some out
  bool bytes_capped = false;  // max_bytes left some out
};

// An item that equals one of `previous` (same key, same bytes) becomes that very object, so that
// two snapshots share what has not changed. Repeated keys are dropped, the first stays.
std::vector<ItemPtr> ShareItems(const std::vector<ItemPtr>& items,
                                const std::vector<ItemPtr>& previous);

// When a cap bites, each source keeps a share by its weight, within it each of its libraries an
// equal one, and what one does not need goes to the others; which of its items a library keeps is
// chosen by `seed`. Their order is shuffled by `seed` as well: equal offers and an equal seed give
// an equal playlist. A key that two sources have is made unique in the later one.
Composition Compose(std::vector<Offer> offers, const ComposeLimits& limits, uint64_t seed);

}  // namespace marquee::playlist
