// A set of existing items, so that unchanged items are not stored twice.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <string_view>
#include <vector>

#include "libs/base/strings.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Holds a reference to each of its items. Not thread-safe.
class ItemPool {
 public:
  ItemPool() = default;
  explicit ItemPool(const std::vector<ItemPtr>& items) { Add(items); }

  void Add(const std::vector<ItemPtr>& items);

  // Returns the item in the pool with the same key, bytes and parts, otherwise a new one.
  ItemPtr Share(Item item) const { return Share(MakePlaylistItem(std::move(item))); }
  // The same for an item that already is a shared object.
  ItemPtr Share(const ItemPtr& item) const;

 private:
  absl::flat_hash_map<std::string_view, ItemPtr, base::StringHash, base::StringEq> items_;
};

}  // namespace marquee::playlist
