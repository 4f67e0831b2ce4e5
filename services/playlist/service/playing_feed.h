// Feeds one WatchNowPlaying stream: the current sessions immediately and after each change.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "libs/rpc/pull_stream.h"
#include "marquee/playlist/v1/playlist_service.pb.h"
#include "services/playlist/operations/now_playing.h"

namespace marquee::playlist {

class PlayingFeed final : public rpc::Feed<v1::WatchNowPlayingResponse> {
 public:
  // `sources`: only these; empty: all. `wake`: called when there may be something to send, as long
  // as the feed lives. `ended`: set when streams must end; shared, because a stream may outlive the
  // service.
  PlayingFeed(NowPlaying& playing, std::set<std::string> sources, std::function<void()> wake,
              std::shared_ptr<const std::atomic<bool>> ended);

  Step Next() override;

 private:
  const NowPlaying& playing_;
  const std::set<std::string> sources_;
  const std::shared_ptr<const std::atomic<bool>> ended_;
  std::shared_ptr<const PlaybackReport> sent_;
  const std::shared_ptr<void> watching_;  // last member: its callback uses the ones above
};

}  // namespace marquee::playlist
