// Playback in progress at a media server.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <vector>

#include "services/gateway/model/media_item.h"

namespace marquee::gateway {

struct PlaybackSession {
  std::string source;  // name of the configured source
  std::string id;
  MediaItem item;
  std::string user;
  std::string state;  // playing, paused, buffering
  int64_t position_ms = 0;
  std::string player;
};

struct NowPlaying {
  std::vector<PlaybackSession> sessions;
  absl::Time polled_at = absl::InfinitePast();
};

}  // namespace marquee::gateway
