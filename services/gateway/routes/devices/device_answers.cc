#include "services/gateway/routes/devices/device_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/http/status_table.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr size_t kMaxIdentity = 256;
constexpr size_t kMaxCommandType = 64;
constexpr size_t kMaxTexts = 100'000;

const json::value* Find(const json::object& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

Response VersionConflict(const absl::Status& status) {
  std::string text;
  JsonObject object(text);
  object.Text("error", "conflict");
  object.Text("message", base::MessageOf(status));
  object.TextIfAny("currentVersion", rpc::MetadataOf(status, "version"));
  object.Close();
  return JsonAnswer(409, std::move(text));
}

}  // namespace

DeviceIdentity IdentityOf(const Request& request, const json::object& body) {
  DeviceIdentity identity;
  // The ids sent by the page come first: a cache in between may have given several displays one
  // cookie.
  identity.install_id = request.header("X-Install-Id");
  if (identity.install_id.empty()) identity.install_id = TextField(body, "installId", kMaxIdentity);
  std::string cookie = request.Cookie("pr_iid").value_or("");
  cookie.resize(std::min(cookie.size(), kMaxIdentity));
  if (identity.install_id.empty()) {
    identity.install_id = std::move(cookie);
  } else if (cookie != identity.install_id) {
    // Unmodified pages ask for their first /get-config with the cookie alone.
    identity.cookie_id = std::move(cookie);
  }
  identity.hardware_id = TextField(body, "hardwareId", kMaxIdentity);
  if (identity.hardware_id.empty()) identity.hardware_id = request.header("X-Hardware-Id");
  identity.install_id.resize(std::min(identity.install_id.size(), kMaxIdentity));
  identity.hardware_id.resize(std::min(identity.hardware_id.size(), kMaxIdentity));
  return identity;
}

bool AcceptsUnknown(const Request& request) { return request.query.Get("accept_unknown") == "1"; }

Response Refusal(const absl::Status& status, std::string_view not_found) {
  switch (HttpStatusOf(status.code(), ErrorColumn::kDevice)) {
    case 400:
      return JsonError(400, "invalid_request", base::MessageOf(status));
    case 404:
      return JsonError(404, not_found);
    case 409:
      return VersionConflict(status);
    case 429:
      return RateLimited(status, "too_many", base::MessageOf(status));
    default:
      return ServiceUnavailable("device_service_unavailable");
  }
}

Response TooMany(const LimitVerdict& verdict, const Request& request, std::string_view path,
                 absl::Time now) {
  std::string body;
  JsonObject object(body);
  object.Text("error", "Too many requests");
  object.Text("timestamp", IsoTime(now));
  object.Text("path", path);
  object.Text("method", MethodName(request.method));
  object.Text("requestId", request.id_text());
  object.Integer("retryAfter", verdict.window_seconds);
  object.Close();
  Response response = JsonAnswer(429, std::move(body));
  response.headers.Add("Retry-After", fmt::format("{}", verdict.reset_seconds));
  AddLimitFields(verdict, response);
  return response;
}

std::optional<std::vector<std::string>> TextsField(const json::object& object,
                                                   std::string_view name) {
  const json::value* value = Find(object, name);
  if (value == nullptr || !value->is_array() || value->get_array().size() > kMaxTexts) {
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const json::value& member : value->get_array()) {
    if (!member.is_string()) return std::nullopt;
    texts.emplace_back(member.get_string());
  }
  return texts;
}

std::optional<std::string> OptionalText(const json::object& object, std::string_view name,
                                        size_t max_length) {
  const json::value* value = Find(object, name);
  if (value == nullptr || (!value->is_string() && !value->is_null())) return std::nullopt;
  return TextField(object, name, max_length);
}

std::optional<std::string> OptionalObject(const json::object& object, std::string_view name) {
  const json::object* value = ObjectField(object, name);
  if (value == nullptr) return std::nullopt;
  return json::serialize(*value);
}

std::optional<CommandOrder> OrderFrom(const json::object& object) {
  CommandOrder order;
  order.type = TextField(object, "type", kMaxCommandType);
  if (order.type.empty()) return std::nullopt;
  order.payload_json = OptionalObject(object, "payload").value_or("{}");
  return order;
}

std::string_view OutcomeWord(const CommandSent& sent) {
  switch (sent.command.state) {
    case CommandState::kAcked:
      return "ok";
    case CommandState::kFailed:
    case CommandState::kCancelled:
      return "error";
    case CommandState::kExpired:
      return "timeout";
    default:
      return sent.live ? "timeout" : "queued";
  }
}

}  // namespace marquee::gateway
