#include "services/gateway/routes/admin/admin_events.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

// Sends events until the stream is destroyed.
class Listening final : public BodyStream {
 public:
  Listening(std::shared_ptr<BodyStream> stream, std::vector<std::shared_ptr<void>> places)
      : stream_(std::move(stream)), places_(std::move(places)) {}
  asio::awaitable<absl::StatusOr<std::string>> Next() override { return stream_->Next(); }

 private:
  const std::shared_ptr<BodyStream> stream_;
  const std::vector<std::shared_ptr<void>>
      places_;  // Registrations that reference the stream, which therefore cannot own them.
};

}  // namespace

void AdminEvents::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/admin/events",
      [this](RequestPtr, std::string) -> asio::awaitable<Response> { co_return Open(); },
      Access::kRead);
}

Response AdminEvents::Open() {
  const auto stream = std::make_shared<EventStream>(options_.stream, deps_.clock, deps_.playing);
  std::vector<std::shared_ptr<void>> places;
  {
    const base::MutexLock lock(mutex_);
    if (!ended_ && streams_.size() < options_.max_streams) places.push_back(streams_.Add(stream));
  }
  if (places.empty())
    return ServiceUnavailable("Too many event streams are open, or the server is shutting down");
  places.push_back(deps_.feed.Listen(stream));
  if (deps_.log != nullptr) {
    places.push_back(
        deps_.log->Listen([stream](const obs::LogTail::Line& line) { stream->OnLine(line); }));
  }
  Response response;
  response.headers.Add("Content-Type", "text/event-stream; charset=utf-8");
  response.headers.Add("Cache-Control", "no-cache, no-transform");
  response.headers.Add("X-Accel-Buffering", "no");
  response.stream = std::make_shared<Listening>(stream, std::move(places));
  return response;
}

void AdminEvents::Publish(std::string_view event, std::string_view json) {
  streams_.Each([&](EventStream& stream) { stream.Tell(event, json); });
}

void AdminEvents::End() {
  {
    const base::MutexLock lock(mutex_);
    ended_ = true;
  }
  streams_.Each([](EventStream& stream) { stream.End(); });
}

}  // namespace marquee::gateway
