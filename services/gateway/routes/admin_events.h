// GET /api/admin/events: what happens to displays and settings, as it happens, as server-sent
// events (HTML Living Standard 9.2): hello, ping, device-ws, device-log, config-updated, log.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/log_tail.h"
#include "services/gateway/routes/router.h"
#include "services/gateway/ws/event_feed.h"

namespace marquee::gateway {

// Thread-safe.
class AdminEvents {
 public:
  struct Options {
    size_t max_streams = 16;  // more are answered 503
    // Events for a reader that does not read; then its stream ends. Log lines end none, but are
    // left out.
    size_t max_queued = 256;
    absl::Duration ping_every = absl::Seconds(25);
  };
  struct Deps {
    const base::Clock& clock;
    EventFeed& feed;
    obs::LogTail* log = nullptr;  // null: its lines are not told
  };

  AdminEvents(Options options, Deps deps) : options_(options), deps_(deps) {}
  void AddTo(Router& router);

  // To everybody who reads now. `json`: an object in one line.
  void Publish(std::string_view event, std::string_view json);
  // Ends every stream, and lets none begin: readers come back to whoever is there then.
  void End();

 private:
  class Stream;

  asio::awaitable<Response> Open();
  std::vector<std::shared_ptr<Stream>> Readers();

  const Options options_;
  const Deps deps_;
  base::Mutex mutex_;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<Stream>> streams_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
