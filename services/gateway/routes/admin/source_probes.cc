#include "services/gateway/routes/admin/source_probes.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/http/status_table.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/routes/admin/source_target.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr size_t kMaxField = 2048;

// The message of a REST API error: {error: {message}}.
std::string MessageOf(const json::object& reply) {
  const json::object* error = ObjectField(reply, "error");
  return error == nullptr ? std::string("the request failed")
                          : TextField(*error, "message", kMaxField);
}

Response Failed(const absl::Status& status) {
  const std::string message(base::MessageOf(status));
  const int code = HttpStatusOf(status.code(), ErrorColumn::kProbe);
  return code == 503 ? ServiceUnavailable(message) : JsonError(code, message);
}

Response JsonOf(const json::object& object) {
  return JsonAnswer(200, std::string(json::serialize(object)));
}

}  // namespace

void SourceProbeRoutes::AddTo(Router& router) {
  for (const char* type : {"plex", "jellyfin", "romm", "tmdb"}) {
    router.Add(
        Method::kPost, fmt::format("/api/admin/test-{}", type),
        [this, type](RequestPtr request, const std::string&) {
          return Test(std::move(request), type);
        },
        Access::kAdmin);
  }
  const auto add = [&](std::string_view path, const char* type) {
    router.Add(
        Method::kPost, path,
        [this, type](RequestPtr request, const std::string&) {
          return Libraries(std::move(request), type);
        },
        Access::kAdmin);
  };
  add("/api/admin/plex-libraries", "plex");
  add("/api/admin/jellyfin-libraries", "jellyfin");
  add("/api/admin/romm-platforms", "romm");
}

asio::awaitable<absl::StatusOr<json::object>> SourceProbeRoutes::Ask(Question question,
                                                                     RequestPtr request,
                                                                     std::string type) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return body.status();
  auto target = SourceTargetOf(*body, type, *deps_.media.sources());
  if (!target.ok()) co_return target.status();
  json::object asked{{"target", *std::move(target)}};
  RestCall call;
  call.method = Method::kPost;
  call.target = "/api/v2/sources:test";
  if (question == Question::kLibraries) {
    call.target = "/api/v2/sources:libraries";
    asked["pageSize"] = 1000;
  }
  call.body = json::serialize(asked);
  const RestReply reply = co_await deps_.rest.Call(std::move(call));
  const auto answer = ParseJsonObject(reply.json);
  if (!answer.ok()) co_return absl::UnavailableError("the playlist service is unavailable");
  if (reply.status == 200) co_return *answer;
  const std::string message = MessageOf(*answer);
  co_return reply.status >= 500 && reply.status != 501 ? absl::UnavailableError(message)
                                                       : absl::InvalidArgumentError(message);
}

asio::awaitable<Response> SourceProbeRoutes::Test(RequestPtr request, std::string type) {
  const auto outcome = co_await Ask(Question::kTest, std::move(request), type);
  std::string message;
  if (outcome.ok()) {
    message = TextField(*outcome, "message", kMaxField);
    const json::value* success = outcome->if_contains("success");
    if (success != nullptr && success->is_bool() && success->as_bool()) {
      json::object answer{{"success", true}, {"message", message}};
      answer["serverInfo"] = json::object{{"name", TextField(*outcome, "serverName", kMaxField)},
                                          {"version", TextField(*outcome, "serverVersion", 64)}};
      co_return JsonOf(answer);
    }
  } else if (absl::IsUnavailable(outcome.status())) {
    co_return Failed(outcome.status());
  } else {
    message = base::MessageOf(outcome.status());
  }
  // Pages evaluate this response without its status.
  if (type == "tmdb") co_return JsonOf({{"success", false}, {"error", message}});
  co_return JsonError(400, message);
}

asio::awaitable<Response> SourceProbeRoutes::Libraries(RequestPtr request, std::string type) {
  const auto answer = co_await Ask(Question::kLibraries, std::move(request), type);
  if (!answer.ok()) co_return Failed(answer.status());
  json::array list;
  const json::value* libraries = answer->if_contains("libraries");
  if (libraries != nullptr && libraries->is_array()) {
    for (const json::value& one : libraries->as_array()) {
      const json::object* library = one.if_object();
      if (library == nullptr) continue;
      const std::string key = TextField(*library, "key", kMaxField);
      const std::string name = TextField(*library, "name", kMaxField);
      const auto items = static_cast<int64_t>(NumberField(*library, "items"));
      if (type == "romm") {
        list.push_back(json::object{{"value", key}, {"label", name}, {"count", items}});
      } else {
        list.push_back(json::object{{"key", key},
                                    {"name", name},
                                    {"type", TextField(*library, "type", kMaxField)},
                                    {"itemCount", items}});
      }
    }
  }
  json::object told{{"success", true}};
  if (type == "romm") {
    told["count"] = list.size();
    told["platforms"] = std::move(list);
  } else {
    told["libraries"] = std::move(list);
  }
  co_return JsonOf(told);
}

}  // namespace marquee::gateway
