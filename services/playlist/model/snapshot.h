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

// Why a source failed, in a word that may be shown to everybody: it says nothing of addresses,
// tokens or settings, as last_error may.
enum class SourceFailure : uint8_t {
  kNone,
  kUnreachable,       // no connection
  kTimeout,           // it did not answer in time
  kUnauthorized,      // it does not accept the credentials
  kTls,               // its certificate cannot be verified
  kServerError,       // it answered that it failed or is too busy
  kNotFound,          // the folder, or what is asked of it, is not there
  kUnexpectedAnswer,  // it answered something that cannot be understood
  kEmpty,             // it answered without a single item where there were some
  kShrunk,            // it answered with far fewer items than before
  kSettings,          // its settings cannot be used
  kOther,
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
  SourceFailure failure = SourceFailure::kNone;    // of the last attempt of this process
  std::vector<std::string> warnings;               // of the last success
  uint64_t items_found = 0;                        // in the last success, before the caps
  uint64_t items = 0;                              // in the playlist
  uint64_t skipped = 0;                            // entries that could not become items

  // True when its items come from an earlier round than the last one.
  bool stale() const { return !up && items > 0; }
};

struct PlaylistItem;
using ItemPtr = std::shared_ptr<const PlaylistItem>;

struct PlaylistItem {
  Item item;
  uint64_t hash = 0;   // of its encoded bytes
  uint32_t bytes = 0;  // their number
  // The entries of sources that were merged into it, the preferred one first, each as its source
  // told it. Empty: it is such an entry itself.
  std::vector<ItemPtr> parts = {};
};

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

  // By key, else by id, else by the key or id of one of its copies; null when there is none. O(n):
  // for the odd lookup, not for a request's
  // path.
  const PlaylistItem* Find(std::string_view key) const;
};

ItemPtr MakePlaylistItem(Item item, std::vector<ItemPtr> parts = {});
// Equal items, merged of equal parts.
bool IsSame(const PlaylistItem& a, const PlaylistItem& b);
// The entries of sources that stand behind a list: parts, and items that are no merged ones.
std::vector<ItemPtr> PartsOf(const std::vector<ItemPtr>& items);

// 16 hexadecimal digits over the items' hashes in their order.
std::string ContentHash(const std::vector<ItemPtr>& items);

}  // namespace marquee::playlist
