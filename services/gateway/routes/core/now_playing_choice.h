// Which playback session a display shows, by its own settings (cinema.nowPlaying).
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

// Of the sessions that have a poster: the first, the first of the user (letter case does not
// matter), or one by chance. Chance depends on `display` and the sessions only, so that a display
// keeps its title from poll to poll and two displays may differ. Null: none fits, or the settings
// do not allow it.
const PlaybackSession* Choose(const std::vector<const PlaybackSession*>& sessions,
                              const NowPlayingChoice& choice, std::string_view display);

}  // namespace marquee::gateway
