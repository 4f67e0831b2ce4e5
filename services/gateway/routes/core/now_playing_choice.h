// Selects the playback session that a display shows, by its settings (cinema.nowPlaying).
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/model/playback_session.h"

namespace marquee::gateway {

struct NowPlayingChoice {
  bool allowed = false;  // cinema.nowPlaying.enabled
  bool random = false;   // priority "random"; else the first session
  std::string user;      // priority "user": filterUser; empty: any user
};

NowPlayingChoice NowPlayingChoiceOf(const boost::json::object& settings);

// The first session with a poster, the first of the configured user (case-insensitive), or a random
// one. The random choice depends only on `display` and the sessions, so that a display keeps its
// title between polls and two displays may differ. Null: no session qualifies, or the settings do
// not allow it.
const PlaybackSession* Choose(const std::vector<const PlaybackSession*>& sessions,
                              const NowPlayingChoice& choice, std::string_view display);

}  // namespace marquee::gateway
