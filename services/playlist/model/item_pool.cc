#include "services/playlist/model/item_pool.h"

namespace marquee::playlist {

void ItemPool::Add(const std::vector<ItemPtr>& items) {
  items_.reserve(items_.size() + items.size());
  for (const ItemPtr& item : items) items_.emplace(item->item.key, item);
}

ItemPtr ItemPool::Share(const ItemPtr& item) const {
  const auto at = items_.find(std::string_view(item->item.key));
  return at != items_.end() && IsSame(*at->second, *item) ? at->second : item;
}

}  // namespace marquee::playlist
