#include "services/gateway/routes/admin_events.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/answers.h"
#include "services/gateway/routes/logs.h"

namespace marquee::gateway {
namespace {

std::string Event(std::string_view name, std::string_view json) {
  return fmt::format("event: {}\ndata: {}\n\n", name, json);
}

}  // namespace

// What one reader is told. Events come from any thread, reading is its connection's.
class AdminEvents::Stream final : public DeviceEvents, public BodyStream {
 public:
  Stream(const Options& options, const base::Clock& clock) : options_(options), clock_(clock) {
    queue_ = ": connected\n\n" + Event("hello", Now());
  }

  void OnSocket(const std::string& device_id, bool connected) override {
    std::string json;
    JsonObject object(json);
    object.Text("id", device_id);
    object.Bool("wsConnected", connected);
    object.Text("timestamp", IsoTime(clock_.Now()));
    object.Close();
    Push(Event("device-ws", json));
  }

  void OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) override {
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
    Push(Event("device-log", json));
  }

  void OnLine(const obs::LogTail::Line& line) {
    std::string json;
    AppendLogLine(line, json);
    Push(Event("log", json), /*matters=*/false);
  }

  void Push(const std::string& event, bool matters = true) {
    const base::MutexLock lock(mutex_);
    if (ended_ || (!matters && queued_ >= options_.max_queued)) return;
    if (++queued_ > options_.max_queued) {
      ended_ = true;
    } else {
      queue_ += event;
    }
    Wake();
  }

  void End() {
    const base::MutexLock lock(mutex_);
    ended_ = true;
    Wake();
  }

  asio::awaitable<absl::StatusOr<std::string>> Next() override {
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor);
    timer->expires_after(absl::ToChronoMilliseconds(options_.ping_every));
    if (auto now = Take(timer)) co_return *std::move(now);
    boost::system::error_code ignored;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (auto now = Take(nullptr)) co_return *std::move(now);
    co_return Event("ping", Now());
  }

 private:
  std::string Now() const {
    std::string json;
    JsonObject object(json);
    object.Integer("t", absl::ToUnixMillis(clock_.Now()));
    object.Close();
    return json;
  }

  // What is there, "" at the end; nullopt: nothing yet, and `wait` will be woken.
  std::optional<std::string> Take(std::shared_ptr<asio::steady_timer> wait) {
    const base::MutexLock lock(mutex_);
    waiting_ = nullptr;
    queued_ = 0;
    if (!queue_.empty()) return std::exchange(queue_, {});
    if (ended_) return std::string();
    waiting_ = std::move(wait);
    return std::nullopt;
  }

  void Wake() MARQUEE_REQUIRES(mutex_) {
    const std::shared_ptr<asio::steady_timer> timer = std::exchange(waiting_, nullptr);
    // On the reader's thread, and so after it has begun to wait.
    if (timer != nullptr) asio::post(timer->get_executor(), [timer] { timer->cancel(); });
  }

  const Options options_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::string queue_ MARQUEE_GUARDED_BY(mutex_);
  size_t queued_ MARQUEE_GUARDED_BY(mutex_) = 0;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<asio::steady_timer> waiting_ MARQUEE_GUARDED_BY(mutex_);
};

namespace {

// Listens as long as it is sent: the feed holds its listeners, so the stream cannot hold its place
// there itself.
class Listening final : public BodyStream {
 public:
  Listening(std::shared_ptr<BodyStream> stream, std::shared_ptr<void> place,
            std::shared_ptr<void> log_place)
      : stream_(std::move(stream)), place_(std::move(place)), log_place_(std::move(log_place)) {}
  asio::awaitable<absl::StatusOr<std::string>> Next() override { return stream_->Next(); }

 private:
  const std::shared_ptr<BodyStream> stream_;
  const std::shared_ptr<void> place_;
  const std::shared_ptr<void> log_place_;
};

}  // namespace

void AdminEvents::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/admin/events",
      [this](const RequestPtr&, const std::string&) { return Open(); }, Access::kRead);
}

std::vector<std::shared_ptr<AdminEvents::Stream>> AdminEvents::Readers() {
  std::vector<std::shared_ptr<Stream>> readers;
  const base::MutexLock lock(mutex_);
  std::erase_if(streams_, [](const auto& stream) { return stream.expired(); });
  for (const auto& stream : streams_) {
    if (auto reader = stream.lock()) readers.push_back(std::move(reader));
  }
  return readers;
}

asio::awaitable<Response> AdminEvents::Open() {
  const size_t readers = Readers().size();
  const auto stream = std::make_shared<Stream>(options_, deps_.clock);
  bool admitted = false;
  {
    const base::MutexLock lock(mutex_);
    admitted = !ended_ && readers < options_.max_streams;
    if (admitted) streams_.push_back(stream);
  }
  if (!admitted) co_return TryLater("Too many are listening already, or we are ending");
  Response response;
  response.headers.Add("Content-Type", "text/event-stream; charset=utf-8");
  response.headers.Add("Cache-Control", "no-cache, no-transform");
  response.headers.Add("X-Accel-Buffering", "no");
  std::shared_ptr<void> log_place;
  if (deps_.log != nullptr) {
    log_place =
        deps_.log->Listen([stream](const obs::LogTail::Line& line) { stream->OnLine(line); });
  }
  response.stream =
      std::make_shared<Listening>(stream, deps_.feed.Listen(stream), std::move(log_place));
  co_return response;
}

void AdminEvents::Publish(std::string_view event, std::string_view json) {
  for (const auto& reader : Readers()) reader->Push(Event(event, json));
}

void AdminEvents::End() {
  {
    const base::MutexLock lock(mutex_);
    ended_ = true;
  }
  for (const auto& reader : Readers()) reader->End();
}

}  // namespace marquee::gateway
