#include "services/playlist/model/snapshot.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "services/playlist/model/item_codec.h"

namespace marquee::playlist {

PlaylistKind KindOf(const Item& item) {
  if (item.type == "music") return PlaylistKind::kMusic;
  return item.type == "game" ? PlaylistKind::kGames : PlaylistKind::kMain;
}

std::string_view NameOf(PlaylistKind kind) {
  switch (kind) {
    case PlaylistKind::kMain:
      return "main";
    case PlaylistKind::kMusic:
      return "music";
    case PlaylistKind::kGames:
      return "games";
  }
  return "";
}

const PlaylistItem* Snapshot::Find(std::string_view key) const {
  for (const auto& entry : items) {
    if (entry->item.key == key) return entry.get();
  }
  for (const auto& entry : items) {
    if (entry->item.id == key) return entry.get();
  }
  for (const auto& entry : items) {
    const bool found = std::ranges::any_of(
        entry->item.copies, [key](const Copy& copy) { return copy.key == key || copy.id == key; });
    if (found) return entry.get();
  }
  return nullptr;
}

ItemPtr MakePlaylistItem(Item item, std::vector<ItemPtr> parts) {
  const std::string bytes = EncodeItem(item);
  PlaylistItem entry{.item = std::move(item),
                     .hash = XXH3_64bits(bytes.data(), bytes.size()),
                     .bytes = static_cast<uint32_t>(bytes.size()),
                     .parts = std::move(parts)};
  return std::make_shared<const PlaylistItem>(std::move(entry));
}

bool IsSame(const PlaylistItem& a, const PlaylistItem& b) {
  return a.hash == b.hash &&
         std::ranges::equal(a.parts, b.parts,
                            [](const ItemPtr& x, const ItemPtr& y) { return x->hash == y->hash; });
}

std::vector<ItemPtr> PartsOf(const std::vector<ItemPtr>& items) {
  std::vector<ItemPtr> parts;
  parts.reserve(items.size());
  for (const ItemPtr& item : items) {
    if (item->parts.empty()) {
      parts.push_back(item);
    } else {
      parts.insert(parts.end(), item->parts.begin(), item->parts.end());
    }
  }
  return parts;
}

std::string ContentHash(const std::vector<ItemPtr>& items) {
  std::vector<uint64_t> hashes;
  hashes.reserve(items.size());
  for (const auto& entry : items) hashes.push_back(entry->hash);
  return fmt::format("{:016x}", XXH3_64bits(hashes.data(), hashes.size() * sizeof(uint64_t)));
}

}  // namespace marquee::playlist
