// The playlist at one moment: immutable once made, shared by every reader. A refresh publishes a
// new one by swap; unchanged items are the same objects in both.
#pragma once

#include <absl/time/time.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

// Orders snapshots of all replicas. Every holder of the refresh lease gets a higher fence, and
// numbers its own snapshots from 1.
struct PlaylistVersion {
  uint64_t fence = 0;
  uint64_t sequence = 0;

  auto operator<=>(const PlaylistVersion&) const = default;
};

// How one source fared, as of one snapshot. A plain value.
struct SourceState {
  std::string name;
  std::string type;
  bool up = false;  // the last attempt went well
  absl::Time last_attempt = absl::InfinitePast();
  absl::Time last_success = absl::InfinitePast();  // InfinitePast: never; the age of its items
  absl::Duration last_took;                        // of the last attempt
  std::string last_error;                          // in words; empty while up
  std::vector<std::string> warnings;               // of the last success
  uint64_t items_found = 0;                        // in the last success, before the caps
  uint64_t items = 0;                              // in the playlist
  uint64_t skipped = 0;                            // entries that could not become items

  // True when its items come from an earlier round than the last one.
  bool stale() const { return !up && items > 0; }
};

struct PlaylistItem {
  Item item;
  uint64_t hash = 0;   // of its encoded bytes
  uint32_t bytes = 0;  // their number
};

using ItemPtr = std::shared_ptr<const PlaylistItem>;

// Films and series, albums, and games are playlists of their own.
enum class PlaylistKind { kMain, kMusic, kGames };
inline constexpr size_t kPlaylistKinds = 3;

// The playlist that an item of this type belongs to.
PlaylistKind KindOf(const Item& item);
// main, music, games: a metric label.
std::string_view NameOf(PlaylistKind kind);

struct Snapshot {
  PlaylistVersion version;
  // Over the items in their order: equal hashes mean equal playlists, whoever built them.
  std::string content_hash;
  absl::Time published = absl::InfinitePast();
  std::vector<ItemPtr> items;        // in playing order
  std::vector<SourceState> sources;  // in configured order
  uint64_t bytes = 0;                // sum over items

  // By key, else by id; null when there is none. O(n): for the odd lookup, not for a request's
  // path.
  const PlaylistItem* Find(std::string_view key) const;
};

ItemPtr MakePlaylistItem(Item item);

// 16 hexadecimal digits over the items' hashes in their order.
std::string ContentHash(const std::vector<ItemPtr>& items);

}  // namespace marquee::playlist
