// The event queue of one reader of GET /api/admin/events.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/log_tail.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_events.h"
#include "services/gateway/routes/core/playing_sessions.h"

namespace marquee::gateway {

// Events come from any thread; only the connection's thread reads.
class EventStream final : public DeviceEvents,
                          public BodyStream,
                          public std::enable_shared_from_this<EventStream> {
 public:
  struct Options {
    // Events queued for a reader that does not read; beyond this its stream ends. Log lines of the
    // gateway and of displays do not end a stream but are dropped; their number is sent when the
    // reader reads again.
    size_t max_queued = 256;
    size_t max_queued_bytes = size_t{1} << 20;  // beyond this only log lines are dropped
    absl::Duration ping_every = absl::Seconds(25);
    absl::Duration ask_playing_every = absl::Seconds(10);  // the interval of Posterrama 2.9.4
  };

  // `playing` null: sessions are not sent. Clock and `playing` must outlive this object.
  EventStream(const Options& options, const base::Clock& clock, PlayingSessions* playing);

  void OnSocket(const std::string& device_id, bool connected) override;
  void OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) override;
  void OnLine(const obs::LogTail::Line& line);
  // `json`: an object in one line.
  void Tell(std::string_view event, std::string_view json);
  void End();

  // Also fetches the sessions; they are fetched only while a reader reads.
  asio::awaitable<absl::StatusOr<std::string>> Next() override;

 private:
  using Timer = std::shared_ptr<asio::steady_timer>;

  void Push(const std::string& event, bool matters);
  // The queued text, "" at the end; nullopt: nothing is queued, and `wait` will be called.
  std::optional<std::string> Take(Timer wait);
  void Wake() MARQUEE_REQUIRES(mutex_);
  static asio::awaitable<void> AskPlaying(std::shared_ptr<EventStream> self);
  void TellPlaying(const NowPlaying& playing);

  const Options options_;
  const base::Clock& clock_;
  PlayingSessions* const playing_;
  // Used on the reader's thread: time of the next fetch, whether one is running, and the list last
  // sent, by type.
  std::chrono::steady_clock::time_point ask_playing_at_;
  bool asking_ = false;
  std::map<std::string, std::string, std::less<>> outlines_;
  base::Mutex mutex_;
  std::string queue_ MARQUEE_GUARDED_BY(mutex_);
  size_t left_out_ MARQUEE_GUARDED_BY(mutex_) = 0;
  size_t queued_ MARQUEE_GUARDED_BY(mutex_) = 0;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  Timer waiting_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
