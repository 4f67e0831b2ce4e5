// GET /api/plex/sessions and /api/jellyfin/sessions (includes Emby): current playback at media
// servers.
#pragma once

#include <string>

#include "libs/base/clock.h"
#include "services/gateway/auth/gate.h"
#include "services/gateway/http/message.h"
#include "services/gateway/routes/core/playing_sessions.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

// Three kinds of callers:
//   - a token or session with the scope "read": every session, with users and players;
//   - a display whose settings have cinema.nowPlaying.enabled: the one session that its `priority`
//     and `filterUser` select, without player and device, and with no user except the one in its
//     own settings;
//   - any client if now_playing.public is set: every session, without users and players.
// Others get 401. 503 with an empty list: no media server that reports sessions is configured, or
// the current sessions are unknown.
class SessionRoutes {
 public:
  struct Options {
    bool public_sessions = false;
  };
  struct Deps {
    const base::Clock& clock;
    Gate& gate;
    const SettingsDirectory& settings;
    PlayingSessions& playing;
  };

  SessionRoutes(Options options, Deps deps) : options_(options), deps_(deps) {}
  void AddTo(Router& router);

 private:
  // `type`: the source type whose sessions are returned, plex or jellyfin.
  asio::awaitable<Response> Answer(RequestPtr request, std::string type);

  const Options options_;
  const Deps deps_;
};

}  // namespace marquee::gateway
