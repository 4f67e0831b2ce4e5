// What the routes need of the playlist service.
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
  bool healthy = true;  // its last round succeeded
  int items = 0;
  std::string error = {};  // why its last round failed: for administrators
  bool pending = false;    // not asked yet
  // Which kind of failure it is, for everybody: unreachable, timeout, unauthorized, tls,
  // server_error, not_found, unexpected_answer, empty, shrunk, settings, unknown; empty: none.
  std::string category = {};

  // Emby is Jellyfin's elder, and answers alike.
  bool is_like(std::string_view kind) const {
    return type == kind || (kind == "jellyfin" && type == "emby");
  }

  friend bool operator==(const SourceInfo&, const SourceInfo&) = default;
};

enum class MediaState {
  kReady,     // there is a playlist
  kBuilding,  // the service is there, its first refresh has not ended
  kAway,      // there is no playlist and the service does not answer
};

// Thread-safe. Current() costs a copied pointer.
class MediaPort {
 public:
  virtual ~MediaPort() = default;
  // The newest version, null before the first. Once there is one it stays, whatever happens to
  // the service.
  virtual std::shared_ptr<const PlaylistView> Current() const = 0;
  virtual MediaState state() const = 0;
  // Never null; empty until the service told.
  virtual std::shared_ptr<const std::vector<SourceInfo>> sources() const = 0;
  // Whether the registry_stream to the service holds now.
  virtual bool connected() const = 0;
  // Returns once there is a playlist, or `at_most` has passed, whichever comes first.
  virtual boost::asio::awaitable<void> AwaitFirst(absl::Duration at_most) = 0;
};

}  // namespace marquee::gateway
