// GET /api/admin/events: events of displays, settings and media players as server-sent events (HTML
// Living Standard 9.2): hello, ping, device-ws, device-log, config-updated, plex-sessions,
// jellyfin-sessions, log.
#pragma once

#include <string_view>

#include "libs/base/clock.h"
#include "libs/base/listeners.h"
#include "libs/base/mutex.h"
#include "libs/obs/log_tail.h"
#include "services/gateway/routes/admin/event_stream.h"
#include "services/gateway/routes/core/playing_sessions.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/ws/event_feed.h"

namespace marquee::gateway {

// Thread-safe.
class AdminEvents {
 public:
  struct Options {
    size_t max_streams = 16;  // further ones get 503
    EventStream::Options stream = {};
  };
  struct Deps {
    const base::Clock& clock;
    EventFeed& feed;
    obs::LogTail* log = nullptr;         // null: log lines are not sent
    PlayingSessions* playing = nullptr;  // null: sessions are not sent
  };

  AdminEvents(Options options, Deps deps) : options_(options), deps_(deps) {}
  void AddTo(Router& router);

  // Sends an event to all open streams. `json`: an object in one line.
  void Publish(std::string_view event, std::string_view json);
  // Ends every stream and rejects new ones: clients reconnect and reach another gateway.
  void End();

 private:
  Response Open();

  const Options options_;
  const Deps deps_;
  base::Mutex mutex_;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  base::Listeners<EventStream> streams_;
};

}  // namespace marquee::gateway
