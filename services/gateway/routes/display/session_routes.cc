#include "services/gateway/routes/display/session_routes.h"

#include <fmt/format.h>

#include <utility>

#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/display/asking_display.h"

namespace marquee::gateway {

void SessionRoutes::AddTo(Router& router) {
  for (const char* type : {"plex", "jellyfin"}) {
    router.Add(Method::kGet, fmt::format("/api/{}/sessions", type),
               [this, type](RequestPtr request, const std::string&) {
                 return Answer(std::move(request), type);
               });
  }
}

asio::awaitable<Response> SessionRoutes::Answer(RequestPtr request, std::string type) {
  const auto admitted = co_await deps_.gate.Admit(request, Access::kRead);
  const DisplayKnownBy display = KnownBy(*request);
  const NowPlayingChoice choice = NowPlayingChoiceOf(deps_.settings.Of(display)->settings);
  if (!admitted.ok() && !choice.allowed && !options_.public_sessions) {
    co_return Unauthenticated(admitted.status(), *request, deps_.clock.Now());
  }
  const auto playing = co_await deps_.playing.Now();
  if (!playing.ok()) {
    co_return JsonAnswer(503, R"({"sessions":[],"lastUpdate":null,"isActive":false})");
  }
  std::string sessions;
  if (admitted.ok()) {
    sessions = deps_.playing.ListJson(**playing, type);
  } else if (choice.allowed) {
    sessions = deps_.playing.ChosenJson(
        **playing, type, choice,
        display.device_id + display.install_id + display.cookie + display.hardware_id);
  } else {
    sessions = deps_.playing.PublicJson(**playing, type);
  }
  const absl::Time polled_at = (*playing)->polled_at;
  std::string json;
  JsonObject object(json);
  object.Raw("sessions", sessions);
  if (polled_at == absl::InfinitePast()) {
    object.Raw("lastUpdate", "null");
  } else {
    object.Integer("lastUpdate", absl::ToUnixMillis(polled_at));
  }
  object.Bool("isActive", true);
  object.Close();
  co_return JsonAnswer(200, std::move(json));
}

}  // namespace marquee::gateway
