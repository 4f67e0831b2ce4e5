// Port to the playlist service.
#pragma once

#include <absl/time/time.h>

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/model/playlist_view.h"

namespace marquee::gateway {

struct SourceInfo {
  std::string name;
  std::string type;  // plex, jellyfin, tmdb, romm, local
  bool enabled = true;
  bool healthy = true;  // its last refresh succeeded
  int items = 0;
  std::string error = {};  // why its last refresh failed; shown to administrators only
  bool pending = false;    // not refreshed yet
  // The kind of failure, shown to all clients: unreachable, timeout, unauthorized, tls,
  // server_error, not_found, unexpected_answer, empty, shrunk, settings, unknown; empty: none.
  std::string category = {};

  // Emby and Jellyfin have the same API, so Emby sources count as Jellyfin sources.
  bool is_like(std::string_view kind) const {
    return type == kind || (kind == "jellyfin" && type == "emby");
  }

  friend bool operator==(const SourceInfo&, const SourceInfo&) = default;
};

enum class MediaState {
  kReady,     // a playlist was received
  kBuilding,  // the service is reachable and its first refresh has not ended
  kAway,      // no playlist was received and the service is not reachable
};

// Thread-safe. Current() copies one pointer.
class MediaPort {
 public:
  virtual ~MediaPort() = default;
  // The newest version, null before the first. It stays available if the service fails.
  virtual std::shared_ptr<const PlaylistView> Current() const = 0;
  virtual MediaState state() const = 0;
  // Never null; empty until the service sent it.
  virtual std::shared_ptr<const std::vector<SourceInfo>> sources() const = 0;
  // Whether the stream to the service is open.
  virtual bool connected() const = 0;
  // Returns once there is a playlist, or `at_most` has passed, whichever comes first.
  virtual boost::asio::awaitable<void> AwaitFirst(absl::Duration at_most) = 0;
};

}  // namespace marquee::gateway
