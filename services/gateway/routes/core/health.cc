#include "services/gateway/routes/core/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/core/source_report.h"

namespace marquee::gateway {
namespace {

constexpr absl::Duration kReadyWithoutPlaylist = absl::Seconds(30);
// A smaller share of connected displays is a warning.
constexpr int64_t kFleetPercent = 90;

enum class Grade { kOk, kWarning, kError };

std::string_view GradeName(Grade grade) {
  switch (grade) {
    case Grade::kOk:
      return "ok";
    case Grade::kWarning:
      return "warning";
    case Grade::kError:
      break;
  }
  return "error";
}

// The checks and the worst of their grades.
class Checks {
 public:
  void Add(std::string_view name, Grade grade, std::string_view message) {
    if (json_.size() > 1) json_ += ',';
    JsonObject check(json_);
    check.Text("name", name);
    check.Text("status", GradeName(grade));
    check.Text("message", message);
    check.Close();
    worst_ = std::max(worst_, grade);
  }
  Grade worst() const { return worst_; }
  std::string json() const { return json_ + "]"; }

 private:
  std::string json_ = "[";
  Grade worst_ = Grade::kOk;
};

Response Probe(bool good, std::string_view text) {
  Response response =
      Response::Text(good ? 200 : 503, "text/plain; charset=utf-8", std::string(text));
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

// A request that was forwarded by a proxy on this machine does not count as local. Trusted proxies
// are recognised by their address (from_loopback is false then), other proxies by the header fields
// that they add.
bool FromThisMachine(const Request& request) {
  constexpr std::array<std::string_view, 8> kOfProxies = {
      "Forwarded",         "Via",       "X-Forwarded-For",  "X-Forwarded-Host",
      "X-Forwarded-Proto", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"};
  return request.from_loopback && std::ranges::all_of(kOfProxies, [&](std::string_view name) {
           return request.header(name).empty();
         });
}

}  // namespace

HealthRoutes::HealthRoutes(Deps deps)
    : deps_(std::move(deps)),
      started_(deps_.clock.Monotonic()),
      fleet_({.fresh_for = absl::Seconds(30), .keep_stale = absl::ZeroDuration()}, deps_.clock) {}

void HealthRoutes::AddPublicTo(Router& router) {
  for (const std::string_view path : {"/health", "/api/health"}) {
    router.Add(
        Method::kGet, path,
        [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
          if (request->query.Get("detailed") != "true") co_return JsonAnswer(200, Brief());
          // The details contain names and addresses of media servers, so they require
          // authentication.
          if (auto refused = co_await RefuseStranger(request)) co_return *std::move(refused);
          co_return JsonAnswer(200, co_await Detailed());
        },
        InstallCookie::kNever);
  }
  const auto version = [this](RequestPtr, std::string) -> asio::awaitable<Response> {
    std::string text;
    JsonObject object(text);
    object.Text("version", deps_.version);
    object.Text("name", "marquee");
    object.Close();
    co_return JsonAnswer(200, std::move(text));
  };
  router.Add(Method::kGet, "/api/version", version);
  router.Add(Method::kGet, "/api/admin/version", version, Access::kRead);
}

void HealthRoutes::AddOpsTo(Router& router, MetricsFor readers) {
  router.Add(
      Method::kGet, "/livez",
      [](RequestPtr, std::string) -> asio::awaitable<Response> { co_return Probe(true, "ok\n"); },
      InstallCookie::kNever);
  router.Add(
      Method::kGet, "/readyz",
      [this](RequestPtr, std::string) -> asio::awaitable<Response> {
        if (const std::string why = deps_.shortage ? deps_.shortage() : ""; !why.empty()) {
          co_return Probe(false, "not ready: " + why + "\n");
        }
        const bool ready = Ready();
        co_return Probe(ready, ready ? "ready\n" : "not ready\n");
      },
      InstallCookie::kNever);
  router.Add(
      Method::kGet, "/metrics",
      [this, readers](RequestPtr request, std::string) -> asio::awaitable<Response> {
        if (readers == MetricsFor::kLoopbackAndToken) {
          if (auto refused = co_await RefuseStranger(request)) co_return *std::move(refused);
        }
        Response response = Response::Text(200, obs::kMetricsContentType, deps_.metrics.Render());
        response.headers.Add("Cache-Control", "no-store");
        co_return response;
      },
      InstallCookie::kNever);
}

asio::awaitable<std::optional<Response>> HealthRoutes::RefuseStranger(RequestPtr request) {
  if (FromThisMachine(*request)) co_return std::nullopt;
  const auto admitted = co_await deps_.gate.Admit(request, Access::kMetrics);
  if (admitted.ok()) co_return std::nullopt;
  co_return Unauthenticated(admitted.status(), *request, deps_.clock.Now());
}

std::string HealthRoutes::Brief() const {
  std::string text;
  JsonObject object(text);
  object.Text("status", "ok");
  object.Text("service", "marquee");
  object.Text("version", deps_.version);
  object.Text("timestamp", IsoTime(deps_.clock.Now()));
  object.Integer("uptime", absl::ToInt64Seconds(deps_.clock.Monotonic() - started_));
  // For all clients: the kind of failure, not its text.
  object.Raw("sources", SourcesJson(*deps_.media.sources()));
  object.Close();
  return text;
}

asio::awaitable<absl::StatusOr<HealthRoutes::Fleet>> HealthRoutes::FleetNow() {
  AsyncMemo<Fleet>::Fetch fetch =
      [this]() -> asio::awaitable<absl::StatusOr<AsyncMemo<Fleet>::Fetched>> {
    const auto devices = co_await deps_.devices.List();
    if (!devices.ok()) co_return devices.status();
    AsyncMemo<Fleet>::Fetched fetched;
    fetched.bytes = sizeof(Fleet);
    fetched.value.registered = static_cast<int64_t>(devices->size());
    fetched.value.connected = std::ranges::count_if(*devices, [](const Device& device) {
      return device.presence == Presence::kLive || device.presence == Presence::kOnline;
    });
    co_return fetched;
  };
  const auto fleet = co_await fleet_.Get("fleet", std::move(fetch));
  if (!fleet.ok()) co_return fleet.status();
  co_return **fleet;
}

asio::awaitable<std::string> HealthRoutes::Detailed() {
  Checks checks;
  const auto playlist = deps_.media.Current();
  if (playlist != nullptr) {
    checks.Add(
        "playlist", Grade::kOk,
        fmt::format("{} items, published {}", playlist->size(), IsoTime(playlist->published_at())));
  } else {
    checks.Add("playlist", Grade::kError, "no playlist was received");
  }
  checks.Add("playlist_service", deps_.media.connected() ? Grade::kOk : Grade::kWarning,
             deps_.media.connected() ? "connected" : "unavailable; serving the last playlist");
  checks.Add("image_service", deps_.images.connected() ? Grade::kOk : Grade::kWarning,
             deps_.images.connected() ? "answers"
                                      : "unavailable; only images in the edge tier are served");
  checks.Add("device_service", deps_.devices.connected() ? Grade::kOk : Grade::kWarning,
             deps_.devices.connected() ? "connected"
                                       : "unavailable; commands are delivered after it returns");
  if (const auto fleet = co_await FleetNow(); fleet.ok()) {
    // Displays are switched off at night, so this is never more than a warning.
    const bool most = fleet->connected * 100 >= fleet->registered * kFleetPercent;
    checks.Add("device_sla", most ? Grade::kOk : Grade::kWarning,
               fmt::format("{} of {} displays are connected", fleet->connected, fleet->registered));
  }
  const auto sources = deps_.media.sources();
  if (sources->empty()) checks.Add("configuration", Grade::kWarning, "no source is configured");
  for (const SourceInfo& source : *sources) {
    if (!source.enabled) continue;
    checks.Add(fmt::format("source:{}", source.name), source.healthy ? Grade::kOk : Grade::kWarning,
               source.healthy ? fmt::format("{} items", source.items) : source.error);
  }
  std::string text;
  JsonObject object(text);
  object.Text("status", GradeName(checks.worst()));
  object.Text("timestamp", IsoTime(deps_.clock.Now()));
  object.Raw("checks", checks.json());
  object.Close();
  co_return text;
}

bool HealthRoutes::Ready() const {
  if (draining_) return false;
  return deps_.media.Current() != nullptr ||
         deps_.clock.Monotonic() - started_ >= kReadyWithoutPlaylist;
}

}  // namespace marquee::gateway
