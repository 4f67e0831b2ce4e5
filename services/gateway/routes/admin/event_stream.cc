#include "services/gateway/routes/admin/event_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/admin/logs.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string EventText(std::string_view name, std::string_view json) {
  return fmt::format("event: {}\ndata: {}\n\n", name, json);
}

std::string TimeEvent(std::string_view name, absl::Time now) {
  return EventText(name, fmt::format(R"({{"t":{}}})", absl::ToUnixMillis(now)));
}

}  // namespace

EventStream::EventStream(const Options& options, const base::Clock& clock, PlayingSessions* playing)
    : options_(options),
      clock_(clock),
      playing_(playing),
      ask_playing_at_(playing == nullptr ? SteadyClock::time_point::max() : SteadyClock::now()),
      queue_(": connected\n\n" + TimeEvent("hello", clock.Now())) {}

void EventStream::OnSocket(const std::string& device_id, bool connected) {
  std::string json;
  JsonObject object(json);
  object.Text("id", device_id);
  object.Bool("wsConnected", connected);
  object.Text("timestamp", IsoTime(clock_.Now()));
  object.Close();
  Tell("device-ws", json);
}

void EventStream::OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) {
  std::string json;
  JsonObject object(json);
  object.Text("deviceId", device_id);
  object.Name("entries");
  json += '[';
  for (const DeviceLogEntry& entry : entries) {
    if (json.back() != '[') json += ',';
    JsonObject one(json);
    one.Integer("t", entry.at_ms);
    one.Text("level", entry.level);
    one.Text("message", entry.message);
    if (!entry.data_json.empty()) one.Raw("data", entry.data_json);
    one.Close();
  }
  json += ']';
  object.Close();
  Push(EventText("device-log", json), /*matters=*/false);
}

void EventStream::OnLine(const obs::LogTail::Line& line) {
  std::string json;
  AppendLogLine(line, json);
  Push(EventText("log", json), /*matters=*/false);
}

void EventStream::Tell(std::string_view event, std::string_view json) {
  Push(EventText(event, json), /*matters=*/true);
}

void EventStream::Push(const std::string& event, bool matters) {
  const base::MutexLock lock(mutex_);
  if (ended_) return;
  if (!matters && (queued_ >= options_.max_queued ||
                   queue_.size() + event.size() > options_.max_queued_bytes)) {
    ++left_out_;
    return;
  }
  if (++queued_ > options_.max_queued) {
    ended_ = true;
  } else {
    queue_ += event;
  }
  Wake();
}

void EventStream::End() {
  const base::MutexLock lock(mutex_);
  ended_ = true;
  Wake();
}

asio::awaitable<absl::StatusOr<std::string>> EventStream::Next() {
  const auto executor = co_await asio::this_coro::executor;
  const auto timer = std::make_shared<asio::steady_timer>(executor);
  const auto ping_at = SteadyClock::now() + absl::ToChronoMilliseconds(options_.ping_every);
  while (true) {
    timer->expires_at(std::min(ping_at, ask_playing_at_));
    if (auto now = Take(timer)) co_return *std::move(now);
    boost::system::error_code ignored;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (auto now = Take(nullptr)) co_return *std::move(now);
    if (SteadyClock::now() >= ask_playing_at_) {
      ask_playing_at_ = SteadyClock::now() + absl::ToChronoMilliseconds(options_.ask_playing_every);
      // In the background: other events do not wait for a slow service.
      if (!std::exchange(asking_, true)) {
        asio::co_spawn(executor, AskPlaying(shared_from_this()), asio::detached);
      }
    }
    if (SteadyClock::now() >= ping_at) co_return TimeEvent("ping", clock_.Now());
  }
}

asio::awaitable<void> EventStream::AskPlaying(std::shared_ptr<EventStream> self) {
  absl::StatusOr<std::shared_ptr<const NowPlaying>> playing = absl::UnavailableError("no server");
  if (self->playing_->AnyServer()) playing = co_await self->playing_->Now();
  self->asking_ = false;
  if (playing.ok()) self->TellPlaying(**playing);  // otherwise the last sent list stays valid
}

void EventStream::TellPlaying(const NowPlaying& playing) {
  for (const char* type : {"plex", "jellyfin"}) {
    std::string outline = playing_->Outline(playing, type);
    std::string& told = outlines_[type];
    if (told == outline) continue;
    told = std::move(outline);
    std::string json;
    JsonObject object(json);
    object.Raw("sessions", playing_->ListJson(playing, type));
    object.Text("timestamp", IsoTime(clock_.Now()));
    object.Close();
    Tell(fmt::format("{}-sessions", type), json);
  }
}

std::optional<std::string> EventStream::Take(Timer wait) {
  const base::MutexLock lock(mutex_);
  waiting_ = nullptr;
  queued_ = 0;
  if (left_out_ > 0) {
    queue_ +=
        EventText("left-out", fmt::format(R"({{"logEvents":{}}})", std::exchange(left_out_, 0)));
  }
  if (!queue_.empty()) return std::exchange(queue_, {});
  if (ended_) return std::string();
  waiting_ = std::move(wait);
  return std::nullopt;
}

void EventStream::Wake() {
  const Timer timer = std::exchange(waiting_, nullptr);
  // Posted to the reader's thread, so it runs after the reader has started to wait.
  if (timer != nullptr) asio::post(timer->get_executor(), [timer] { timer->cancel(); });
}

}  // namespace marquee::gateway
