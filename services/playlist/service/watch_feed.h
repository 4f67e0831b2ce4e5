// Feeds one WatchPlaylist stream: the current version immediately, then each new one, as begin,
// batches, commit. A slow watcher skips intermediate versions. Watchers that support deltas receive
// these where they are smaller than the full playlist.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "libs/rpc/pull_stream.h"
#include "marquee/playlist/v1/playlist_service.pb.h"
#include "services/playlist/refresh/current_playlists.h"

namespace marquee::playlist {

class WatchFeed final : public rpc::Feed<v1::WatchPlaylistResponse> {
 public:
  static constexpr size_t kMaxBatchBytes = 256 * 1024;

  struct Options {
    PlaylistKind kind = PlaylistKind::kMain;
    v1::PlaylistVersion known = {};  // version that the watcher has
    bool accept_delta = false;
  };

  // `ended`: set when streams must end; shared, because a stream may outlive the service.
  WatchFeed(const CurrentPlaylists& current_playlists, Options options,
            std::shared_ptr<const std::atomic<bool>> ended);

  Step Next() override;

 private:
  v1::WatchPlaylistResponse Begin();
  v1::WatchPlaylistResponse NextBatch();
  bool HasMore() const { return next_ < places_.size() || next_removed_ < removed_.size(); }

  const CurrentPlaylists& current_playlists_;
  const PlaylistKind kind_;
  const bool accept_delta_;
  v1::PlaylistVersion known_;  // version that the watcher has committed
  const std::shared_ptr<const std::atomic<bool>> ended_;
  bool first_ = true;  // nothing has been sent yet

  std::shared_ptr<const Snapshot> sending_;  // between begin and commit
  bool is_delta_ = false;                    // sending_ is sent as a delta
  std::vector<size_t> places_;               // indices of the items of sending_ that are sent
  std::vector<std::string> removed_;         // removed keys to send
  size_t next_ = 0;                          // next index in places_
  size_t next_removed_ = 0;                  // next index in removed_
};

}  // namespace marquee::playlist
