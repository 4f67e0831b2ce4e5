// What one watcher of the playlist is sent: the current version at once, then each new one, as
// begin, batches, commit. A watcher that is slow skips the versions between.
#pragma once

#include <atomic>
#include <memory>

#include "libs/rpc/pull_stream.h"
#include "marquee/playlist/v1/playlist_service.pb.h"
#include "services/playlist/refresh/playlist_board.h"

namespace marquee::playlist {

class WatchFeed final : public rpc::Feed<v1::WatchPlaylistResponse> {
 public:
  static constexpr size_t kMaxBatchBytes = 256 * 1024;

  // `known`: what the watcher holds. `ended`: set when streams are to end; shared, since a stream
  // may outlive the door.
  WatchFeed(const PlaylistBoard& board, v1::PlaylistVersion known,
            std::shared_ptr<const std::atomic<bool>> ended);

  Step Next() override;

 private:
  v1::WatchPlaylistResponse NextBatch();

  const PlaylistBoard& board_;
  v1::PlaylistVersion known_;  // what the watcher holds, once committed
  const std::shared_ptr<const std::atomic<bool>> ended_;
  bool first_ = true;                        // nothing has been sent yet
  std::shared_ptr<const Snapshot> sending_;  // between begin and commit
  size_t next_item_ = 0;                     // of sending_
};

}  // namespace marquee::playlist
