#include "services/gateway/routes/admin/admin_events.h"

#include <fmt/format.h>

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
  Listening(std::shared_ptr<BodyStream> stream, std::vector<std::shared_ptr<void>> places,
            const obs::Gauge& open)
      : stream_(std::move(stream)), places_(std::move(places)), open_(open) {
    open_.Add(1);
  }
  ~Listening() override { open_.Add(-1); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  asio::awaitable<absl::StatusOr<std::string>> Next() override { return stream_->Next(); }

 private:
  const std::shared_ptr<BodyStream> stream_;
  const std::vector<std::shared_ptr<void>> places_;  // of the stream, which cannot own them itself
  const obs::Gauge open_;
};

std::string KeyOf(const Principal& principal) {
  return fmt::format("{} {} {}", static_cast<int>(principal.kind), principal.account_id,
                     principal.name);
}

}  // namespace

AdminEvents::AdminEvents(Options options, Deps deps)
    : options_(options),
      deps_(deps),
      open_(deps.metrics.gauge("marquee_gateway_event_streams",
                               "Open streams of /api/admin/events.")),
      refused_(deps.metrics.counter("marquee_gateway_event_streams_refused_total",
                                    "Streams of /api/admin/events that were refused.")),
      by_principal_(options.max_per_principal) {}

void AdminEvents::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/admin/events",
      [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return Open(*request);
      },
      Access::kRead);
}

Response AdminEvents::Refused(std::string_view why) const {
  refused_.Add();
  return ServiceUnavailable(why);
}

Response AdminEvents::Open(const Request& request) {
  const Principal& principal = *request.principal;
  base::KeyedPlaces::Place place = by_principal_.Take(KeyOf(principal));
  if (place == nullptr) {
    return Refused(
        "This account or token reads as many event streams as it may; close one, or raise "
        "limits.event_streams_per_principal");
  }
  const size_t reserved =
      principal.scope == Scope::kAdmin ? 0 : options_.reserved_for_administrators;
  const auto stream = std::make_shared<EventStream>(options_.stream, deps_.clock, deps_.playing);
  std::vector<std::shared_ptr<void>> places;
  {
    const base::MutexLock lock(mutex_);
    if (!ended_ && streams_.size() + reserved < options_.max_streams)
      places.push_back(streams_.Add(stream));
  }
  if (places.empty()) {
    return Refused(
        "Too many event streams are open (limits.event_streams), or the server is shutting down; "
        "try again in a minute");
  }
  places.push_back(std::move(place));
  places.push_back(deps_.feed.Listen(stream));
  if (deps_.log != nullptr) {
    places.push_back(
        deps_.log->Listen([stream](const obs::LogTail::Line& line) { stream->OnLine(line); }));
  }
  Response response;
  response.headers.Add("Content-Type", "text/event-stream; charset=utf-8");
  response.headers.Add("Cache-Control", "no-cache, no-transform");
  response.headers.Add("X-Accel-Buffering", "no");
  response.stream = std::make_shared<Listening>(stream, std::move(places), open_);
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
