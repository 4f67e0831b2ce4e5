#include "services/gateway/routes/admin/playlist_admin.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>

#include "libs/base/strings.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

// Posterrama 2.9.4 resets the flag of a refresh that never ends. Here a refresh has a deadline, so
// there is no such flag.
constexpr std::string_view kNothingToReset =
    "Nothing to reset: a refresh always ends at its deadline";

std::string OutcomeJson(const RefreshOutcome& outcome) {
  std::string json;
  JsonObject object(json);
  object.Bool("success", true);
  object.Text("message", fmt::format("{} items", outcome.items));
  object.Integer("itemCount", outcome.items);
  object.Bool("cacheCleared",
              true);  // bodies are cached per version, and the new version has none yet
  object.Name("sources");
  json += '[';
  for (const RefreshOutcome::Source& source : outcome.sources) {
    if (json.back() != '[') json += ',';
    JsonObject one(json);
    one.Text("name", source.name);
    one.Integer("items", source.items);
    one.TextIfAny("error", source.error);
    one.Close();
  }
  json += ']';
  object.Close();
  return json;
}

}  // namespace

void PlaylistAdminRoutes::AddTo(Router& router) {
  router.Add(
      Method::kPost, "/api/admin/refresh-media",
      [this](RequestPtr request, const std::string&) { return Refresh(std::move(request)); },
      Access::kOperate);
  router.Add(
      Method::kPost, "/api/admin/reset-refresh",
      [](RequestPtr, std::string) -> asio::awaitable<Response> {
        co_return JsonAnswer(200,
                             fmt::format(R"({{"success":true,"message":"{}"}})", kNothingToReset));
      },
      Access::kOperate);
  router.Add(
      Method::kGet, "/reset-refresh", [](RequestPtr, std::string) -> asio::awaitable<Response> {
        Response page = Response::Text(
            200, "text/html; charset=utf-8",
            fmt::format("<!doctype html><title>Marquee</title><p>{}.</p>\n", kNothingToReset));
        page.headers.Add("Cache-Control", "no-store");
        co_return page;
      });
  const auto add = [&](std::string_view path, Response (PlaylistAdminRoutes::*answer)() const) {
    router.Add(
        Method::kGet, path,
        [this, answer](RequestPtr, std::string) -> asio::awaitable<Response> {
          co_return (this->*answer)();
        },
        Access::kRead);
  };
  add("/api/admin/source-status", &PlaylistAdminRoutes::Sources);
  add("/api/admin/debug-cache", &PlaylistAdminRoutes::Held);
  add("/api/media/fallback-metrics", &PlaylistAdminRoutes::Fallbacks);
}

asio::awaitable<Response> PlaylistAdminRoutes::Refresh(RequestPtr request) {
  // The caller has changed something or distrusts what is shown, so every source is read
  // completely, without the check for changes.
  const auto outcome = co_await deps_.catalog.Refresh(request->query.Get("full") != "false");
  if (!outcome.ok()) co_return ServiceUnavailable("The playlist service is unavailable");
  co_return JsonAnswer(200, OutcomeJson(*outcome));
}

Response PlaylistAdminRoutes::Sources() const {
  const auto sources = deps_.media.sources();
  std::string json = "[";
  for (const SourceInfo& source : *sources) {
    if (json.size() > 1) json += ',';
    JsonObject object(json);
    object.Text("name", source.name);
    object.Text("type", source.type);
    object.Bool("enabled", source.enabled);
    object.Bool("configured", true);
    object.Bool("healthy", source.healthy);
    object.Integer("items", source.items);
    object.TextIfAny("error", source.error);
    object.Close();
  }
  return JsonAnswer(200, R"({"sources":)" + json + "]}");
}

Response PlaylistAdminRoutes::Held() const {
  const auto playlist = deps_.media.Current();
  const absl::Time now = deps_.clock.Now();
  std::string json;
  JsonObject object(json);
  object.Name("cache");
  JsonObject cache(json);
  cache.Integer("itemCount", playlist == nullptr ? 0 : static_cast<int64_t>(playlist->size()));
  cache.Bool("isNull", playlist == nullptr);
  cache.Bool("isRefreshing", deps_.media.state() == MediaState::kBuilding);
  if (playlist != nullptr) {
    cache.Text("version", playlist->version());
    cache.Integer("bytes", static_cast<int64_t>(playlist->bytes()));
    cache.Integer("timestamp", absl::ToUnixMillis(playlist->published_at()));
    cache.Integer("age", absl::ToInt64Milliseconds(now - playlist->published_at()));
  }
  cache.Close();
  object.Bool("serviceConnected", deps_.media.connected());
  object.Close();
  return JsonAnswer(200, std::move(json));
}

Response PlaylistAdminRoutes::Fallbacks() const {
  // Reads the counter that /metrics also exports.
  const auto served = [this](const char* from) {
    return static_cast<int64_t>(deps_.metrics
                                    .counter("marquee_gateway_images_served_total",
                                             "Images served to displays, by the tier or origin "
                                             "that served them.",
                                             {{"from", from}})
                                    .value());
  };
  std::string json;
  JsonObject object(json);
  object.Integer("total", served("fallback"));
  object.Integer("fallback", served("fallback"));
  object.Integer("refused", served("refused"));
  object.Integer("stale", served("stale"));
  object.Text("timestamp", IsoTime(deps_.clock.Now()));
  object.Close();
  return JsonAnswer(200, std::move(json));
}

}  // namespace marquee::gateway
