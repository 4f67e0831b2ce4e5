// GET /api/plex/sessions, /api/jellyfin/sessions (Emby's too): what is playing at media servers.
#pragma once

#include <string>

#include "libs/base/clock.h"
#include "services/gateway/auth/gate.h"
#include "services/gateway/http/message.h"
#include "services/gateway/routes/core/playing_sessions.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

// Three kinds of readers:
//   - a token or a log-in with the scope "read": every session, with users and players;
//   - a display whose settings have cinema.nowPlaying.enabled: the one session that its `priority`
//     and `filterUser` choose, without user (but the one its own settings name), player or device;
//   - anyone, when now_playing.public is set: every session, without users and players.
// Others: 401. 503 with an empty list: no media server is configured that could answer, or it is
// not known now what is playing.
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
  // `type`: of the sources whose sessions are wanted, plex or jellyfin.
  asio::awaitable<Response> Answer(RequestPtr request, std::string type);

  const Options options_;
  const Deps deps_;
};

}  // namespace marquee::gateway
