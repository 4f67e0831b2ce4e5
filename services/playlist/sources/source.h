// The port behind which a media server or a folder stands: it yields items, and the bytes of
// their artwork. Every implementation takes the suite in sources/source_conformance.h.
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
  // An item that has not changed since the last fetch is best the same object.
  std::vector<ItemPtr> items;
  // How many there were before the source's own limits chose among them.
  size_t found = 0;
  // What a person should know although the fetch went well, a sentence each: a library that does
  // not exist, items left out and why. No secrets. At most a few.
  std::vector<std::string> warnings;
  size_t skipped = 0;  // entries seen that could not become items
};

// Thread-safe. Keeps the secrets it was made with to itself: none in an item, a message or a URL.
class Source : public SourceOperations {
 public:
  // As configured; unique among sources, what `server=` in item URLs names.
  virtual std::string_view name() const = 0;
  // local, jellyfin, plex, tmdb, romm: from a small closed set, a metric label.
  virtual std::string_view type() const = 0;

  // Everything the source has to show now, in no particular order; the caller caps and shuffles.
  // An error means nothing is known (the caller keeps what it had) and says what, on what, and
  // what would help: `jellyfin "Living Room": HTTP 401; check its token`.
  //   kUnavailable         away, refused, or answered with a failure
  //   kUnauthenticated     the credentials are not accepted
  //   kFailedPrecondition  it answers, but with something that cannot be understood
  //   kDeadlineExceeded, kCancelled   as `context` says; a fetch looks at it often enough to end
  //                        within 250 ms of either
  // What has not changed at the source since an earlier fetch need not be asked for again.
  // Called by one thread at a time; artwork() and the operations are used meanwhile.
  virtual absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) = 0;
  // The next fetch asks for everything, whatever earlier ones have learned. By Fetch's thread.
  virtual void Forget() {}

  // Lives as long as the source.
  virtual ArtworkOrigin& artwork() = 0;

  // The path by which artwork() knows an absolute URL of this source's own server, without
  // credentials that were in it; nullopt when the URL is somebody else's. Older displays and
  // playlists ask by such URLs.
  virtual std::optional<std::string> PathOf(std::string_view url) const { return std::nullopt; }
};

}  // namespace marquee::playlist
