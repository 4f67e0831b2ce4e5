// GET /api/admin/events: events of displays, settings and media players as server-sent events (HTML
// Living Standard 9.2): hello, ping, device-ws, device-log, config-updated, plex-sessions,
// jellyfin-sessions, log.
#pragma once

#include <string_view>

#include "libs/base/clock.h"
#include "libs/base/keyed_places.h"
#include "libs/base/listeners.h"
#include "libs/base/mutex.h"
#include "libs/obs/log_tail.h"
#include "libs/obs/metrics.h"
#include "services/gateway/routes/admin/event_stream.h"
#include "services/gateway/routes/core/playing_sessions.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/ws/event_feed.h"

namespace marquee::gateway {

// Thread-safe. Metrics: marquee_gateway_event_streams, marquee_gateway_event_streams_refused_total.
class AdminEvents {
 public:
  struct Options {
    size_t max_streams = 32;       // further ones get 503
    size_t max_per_principal = 8;  // of one account or token; further ones get 503
    // Of max_streams, for administrators alone: read tokens cannot take all. Less than max_streams.
    size_t reserved_for_administrators = 8;
    EventStream::Options stream = {};
  };
  struct Deps {
    const base::Clock& clock;
    EventFeed& feed;
    obs::Metrics& metrics;
    obs::LogTail* log = nullptr;         // null: log lines are not sent
    PlayingSessions* playing = nullptr;  // null: sessions are not sent
  };

  AdminEvents(Options options, Deps deps);
  void AddTo(Router& router);

  // Sends an event to all open streams. `json`: an object in one line.
  void Publish(std::string_view event, std::string_view json);
  // Ends every stream and rejects new ones: clients reconnect and reach another gateway.
  void End();

 private:
  Response Open(const Request& request);
  Response Refused(std::string_view why) const;

  const Options options_;
  const Deps deps_;
  const obs::Gauge open_;
  const obs::Counter refused_;
  base::KeyedPlaces by_principal_;
  base::Mutex mutex_;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  base::Listeners<EventStream> streams_;
};

}  // namespace marquee::gateway
