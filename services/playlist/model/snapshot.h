// An immutable version of the playlist, shared by all readers. A refresh publishes a new one
// atomically; unchanged items are the same objects in both.
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

// Orders the snapshots of all replicas. Each holder of the refresh lease gets a higher fencing
// token and numbers its snapshots from 1.
struct PlaylistVersion {
  uint64_t fence = 0;
  uint64_t sequence = 0;

  auto operator<=>(const PlaylistVersion&) const = default;
};

// Reason of a source's failure, safe to show to unauthenticated users: unlike last_error it
// contains no addresses, tokens or settings.
enum class SourceFailure : uint8_t {
  kNone,
  kUnreachable,       // no connection
  kTimeout,           // no response in time
  kUnauthorized,      // the credentials were rejected
  kTls,               // the certificate cannot be verified
  kServerError,       // HTTP 5xx or overload
  kNotFound,          // the folder or the requested object does not exist
  kUnexpectedAnswer,  // the response cannot be parsed
  kEmpty,             // no items, although there were some before
  kShrunk,            // far fewer items than before
  kSettings,          // its settings are invalid
  kOther,
};

// State of one source as of one snapshot. A plain value.
struct SourceState {
  std::string name;
  std::string type;
  bool up = false;  // the last attempt succeeded
  absl::Time last_attempt = absl::InfinitePast();
  absl::Time last_success = absl::InfinitePast();  // InfinitePast: never; the age of its items
  absl::Duration last_took;                        // of the last attempt
  std::string last_error;                          // message; empty while up
  SourceFailure failure = SourceFailure::kNone;    // of the last attempt of this process
  std::vector<std::string> warnings;               // of the last success
  uint64_t items_found = 0;                        // in the last success, before the caps
  uint64_t items = 0;                              // in the playlist
  uint64_t skipped = 0;                            // entries that could not become items

  // True if its items come from an earlier round than the last one.
  bool stale() const { return !up && items > 0; }
};

struct PlaylistItem;
using ItemPtr = std::shared_ptr<const PlaylistItem>;

struct PlaylistItem {
  Item item;
  uint64_t hash = 0;   // of its encoded bytes
  uint32_t bytes = 0;  // size of the encoding
  // The entries it was merged from, the preferred one first, each as its source returned it. Empty:
  // it is an entry itself.
  std::vector<ItemPtr> parts = {};
};

// Films and series, albums, and games are separate playlists.
enum class PlaylistKind { kMain, kMusic, kGames };
inline constexpr size_t kPlaylistKinds = 3;

// The playlist to which an item of this type belongs.
PlaylistKind KindOf(const Item& item);
// main, music, games: a metric label.
std::string_view NameOf(PlaylistKind kind);

struct Snapshot {
  PlaylistVersion version;
  // Over the items in their order: equal hashes mean equal playlists, even of different replicas.
  std::string content_hash;
  absl::Time published = absl::InfinitePast();
  std::vector<ItemPtr> items;        // in playing order
  std::vector<SourceState> sources;  // in configured order
  uint64_t bytes = 0;                // sum over items

  // By key, else by id, else by the key or id of one of its copies; null if not found. O(n): not
  // for the request path.
  const PlaylistItem* Find(std::string_view key) const;
};

ItemPtr MakePlaylistItem(Item item, std::vector<ItemPtr> parts = {});
// Whether the items are equal and were merged from equal parts.
bool IsSame(const PlaylistItem& a, const PlaylistItem& b);
// The source entries of a list: parts of merged items, and items that are not merged.
std::vector<ItemPtr> PartsOf(const std::vector<ItemPtr>& items);

// 16 hexadecimal digits computed from the items' hashes in their order.
std::string ContentHash(const std::vector<ItemPtr>& items);

}  // namespace marquee::playlist
