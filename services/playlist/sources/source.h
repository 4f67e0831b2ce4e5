// Port for a media server or a folder: provides items and the bytes of their artwork. Every
// implementation must pass sources/source_conformance.h.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "services/playlist/model/snapshot.h"
#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/source_operations.h"

namespace marquee::playlist {

struct SourceYield {
  // An item that is unchanged since the last fetch should be the same object.
  std::vector<ItemPtr> items;
  // Number of items before the source's own limits were applied.
  size_t found = 0;
  // Warnings of a successful fetch, one sentence each: a missing library, skipped items and why. No
  // secrets. At most a few.
  std::vector<std::string> warnings;
  size_t skipped = 0;  // entries that could not become items
};

// Thread-safe. Never exposes its credentials in an item, a message or a URL.
class Source : public SourceOperations {
 public:
  // As configured; unique among sources; the value of `server=` in item URLs.
  virtual std::string_view name() const = 0;
  // local, jellyfin, plex, tmdb, romm: a small closed set, used as a metric label.
  virtual std::string_view type() const = 0;

  // All current items of the source, in no particular order; the caller caps and shuffles them. On
  // an error the caller keeps the previous items. The message says what failed, on what, and what
  // to do: `jellyfin "Living Room": HTTP 401; check its token`.
  //   kUnavailable         unreachable, refused, or failing
  //   kUnauthenticated     the credentials were rejected
  //   kFailedPrecondition  the response cannot be parsed
  //   kDeadlineExceeded, kCancelled   from `context`; a fetch must end within 250 ms of either
  // Unchanged parts need not be read again. Called by one thread at a time; artwork() and the
  // operations may be called concurrently.
  virtual absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) = 0;
  // Makes the next fetch a full read. Called on Fetch's thread.
  virtual void Forget() {}

  // Lives as long as the source.
  virtual ArtworkOrigin& artwork() = 0;

  // The path for artwork() of an absolute URL of this source's own server, without credentials in
  // it; nullopt: a URL of another host. Older displays and playlists use such URLs.
  virtual std::optional<std::string> PathOf(std::string_view url) const { return std::nullopt; }
};

}  // namespace marquee::playlist
