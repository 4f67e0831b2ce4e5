#include "services/gateway/routes/devices/devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <utility>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/devices/device_answers.h"
#include "services/gateway/routes/devices/device_json.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr size_t kMaxId = 256;
constexpr size_t kMaxSecret = 128;
constexpr size_t kMaxUserAgent = 1024;
constexpr size_t kMaxState = 64UL * 1024;  // what the devices service stores of a display's state

DeviceCredentials CredentialsOf(const json::object& body) {
  return {TextField(body, "deviceId", kMaxId), TextField(body, "secret", kMaxSecret)};
}

// Retry-After for an unknown display: the interval of its heartbeats.
constexpr int kUnknownRetrySeconds = 20;

// The response to an error that does not prove that the credentials are wrong.
Response NotVerified(const absl::Status& status) {
  if (rpc::ReasonOf(status) != "UNKNOWN_DEVICE")
    return ServiceUnavailable("device_service_unavailable");
  std::string text;
  JsonObject object(text);
  object.Text("error", "unknown_device");
  object.Text("message", "this server does not know the display; an administrator can adopt it");
  object.TextIfAny("storeId", rpc::MetadataOf(status, "store_id"));
  object.Close();
  Response response = JsonAnswer(503, std::move(text));
  response.headers.Add("Retry-After", fmt::format("{}", kUnknownRetrySeconds));
  return response;
}

void AddStoreId(const std::string& store_id, Response& response) {
  if (!store_id.empty()) response.headers.Add("X-Store-Id", store_id);
}

// The error code of a rejected registration.
Response NotRegistered(const absl::Status& status) {
  if (absl::IsPermissionDenied(status)) {
    return JsonError(403, "registration_closed", base::MessageOf(status));
  }
  if (absl::IsResourceExhausted(status) && absl::ZeroDuration() < rpc::RetryAfterOf(status)) {
    return Refusal(status);
  }
  return NotVerified(status);
}

// "DEVICE_NOT_FOUND" to "device_not_found".
std::string ReasonWord(const absl::Status& status) {
  std::string word = rpc::ReasonOf(status);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word.empty() ? "invalid_secret" : word;
}

ClientInfo ClientInfoOf(const json::object& body, const json::object& status) {
  ClientInfo info;
  info.user_agent = TextField(body, "userAgent", kMaxUserAgent);
  const json::object* screen = ObjectField(status, "screen");
  if (screen == nullptr) screen = ObjectField(body, "screen");
  if (screen != nullptr) {
    info.screen_width = static_cast<int>(std::clamp(NumberField(*screen, "w"), 0.0, 65535.0));
    info.screen_height = static_cast<int>(std::clamp(NumberField(*screen, "h"), 0.0, 65535.0));
    info.device_pixel_ratio = std::clamp(NumberField(*screen, "dpr"), 0.0, 16.0);
  }
  info.mode = TextField(status, "mode", 32);
  if (info.mode.empty()) info.mode = TextField(body, "mode", 32);
  return info;
}

}  // namespace

void DeviceRoutes::AddTo(Router& router) {
  router.Add(
      Method::kPost, "/api/devices/register",
      [this](RequestPtr request, const std::string&) { return Register(std::move(request)); });
  router.Add(Method::kPost, "/api/devices/check",
             [this](RequestPtr request, const std::string&) { return Check(std::move(request)); });
  router.Add(
      Method::kPost, "/api/devices/heartbeat",
      [this](RequestPtr request, const std::string&) { return Heartbeat(std::move(request)); });
  for (const std::string_view path :
       {"/api/devices/bypass-check", "/api/v1/devices/bypass-status"}) {
    router.Add(Method::kGet, path, [this](RequestPtr request, const std::string&) {
      return BypassCheck(std::move(request));
    });
  }
}

asio::awaitable<Response> DeviceRoutes::Register(RequestPtr request) {
  const LimitVerdict verdict = deps_.register_limit.Count(request->remote_ip);
  Response response;
  if (!verdict.allowed) {
    co_return TooMany(verdict, *request, "/register", deps_.clock.Now());
  }
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  RegisterRequest wanted;
  wanted.identity = IdentityOf(*request, *body);
  wanted.name = TextField(*body, "name", kMaxDeviceName);
  wanted.location = TextField(*body, "location", kMaxDeviceName);
  wanted.credentials = CredentialsOf(*body);
  wanted.origin = deps_.registration.OriginOf(*request);
  const auto registered = co_await deps_.devices.Register(std::move(wanted));
  if (registered.ok()) {
    std::string text;
    JsonObject object(text);
    object.Text("deviceId", registered->device_id);
    object.Text("secret", registered->secret);
    object.Text("message", "registered");
    object.TextIfAny("storeId", registered->store_id);
    object.TextIfAny("approvalCode", registered->approval_code);
    object.Close();
    response = JsonAnswer(200, std::move(text));
  } else if (absl::IsInvalidArgument(registered.status())) {
    response = JsonError(400, "invalid_registration", base::MessageOf(registered.status()));
  } else {
    response = NotRegistered(registered.status());
  }
  AddLimitFields(verdict, response);
  co_return response;
}

asio::awaitable<Response> DeviceRoutes::Check(RequestPtr request) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  DeviceCredentials credentials = CredentialsOf(*body);
  // The cookie alone is not sufficient: every browser has one.
  const bool named = !credentials.device_id.empty() || !request->header("X-Install-Id").empty() ||
                     !request->header("X-Hardware-Id").empty();
  if (!named) co_return JsonError(400, "missing_device_identifier");

  const std::string given_id = credentials.device_id;
  const auto checked = co_await deps_.devices.Check(
      std::move(credentials), IdentityOf(*request, *body), deps_.registration.OriginOf(*request));
  if (!checked.ok() && !absl::IsUnauthenticated(checked.status())) {
    co_return NotVerified(checked.status());
  }
  const CheckOutcome outcome = checked.ok() ? checked->outcome : CheckOutcome::kInvalidSecret;
  std::string text;
  JsonObject object(text);
  object.Bool("valid", outcome == CheckOutcome::kValid);
  switch (outcome) {
    case CheckOutcome::kValid:
      object.Bool("isRegistered", true);
      object.Text("deviceId", checked->device_id);
      break;
    case CheckOutcome::kNotFound:
      object.Bool("isRegistered", false);
      object.Text("reason", "device_not_found");
      break;
    case CheckOutcome::kSecretRequired:
      object.Bool("isRegistered", true);
      object.TextIfAny("deviceId", checked->device_id);
      object.Text("reason", "secret_required");
      break;
    case CheckOutcome::kInvalidSecret:
      object.Text("error", "invalid_secret");
      object.Bool("isRegistered", true);
      object.Text("deviceId", checked.ok() ? checked->device_id : given_id);
      break;
  }
  object.Close();
  Response response =
      JsonAnswer(outcome == CheckOutcome::kInvalidSecret ? 401 : 200, std::move(text));
  if (checked.ok()) AddStoreId(checked->store_id, response);
  co_return response;
}

asio::awaitable<Response> DeviceRoutes::Heartbeat(RequestPtr request) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  HeartbeatRequest beat;
  beat.credentials = CredentialsOf(*body);
  if (beat.credentials.device_id.empty() || beat.credentials.secret.empty()) {
    co_return JsonError(401, "missing_credentials");
  }
  beat.identity = IdentityOf(*request, *body);
  const json::object none;
  const json::object* status = ObjectField(*body, "status");
  if (status == nullptr) status = &none;
  beat.client_info = ClientInfoOf(*body, *status);
  beat.state_json = json::serialize(*status);
  beat.origin = deps_.registration.OriginOf(*request);

  if (beat.state_json.size() > kMaxState) {
    co_return JsonError(
        413, "status_too_large",
        fmt::format("status has {} bytes; the maximum is {}", beat.state_json.size(), kMaxState));
  }

  const auto reply = co_await deps_.devices.Heartbeat(std::move(beat));
  if (!reply.ok()) {
    if (absl::IsInvalidArgument(reply.status())) {
      co_return JsonError(400, "invalid_heartbeat", base::MessageOf(reply.status()));
    }
    if (absl::IsUnauthenticated(reply.status())) {
      co_return JsonError(401, ReasonWord(reply.status()));
    }
    co_return NotVerified(reply.status());
  }
  std::string commands = "[";
  for (const Command& command : reply->commands) {
    if (commands.size() > 1) commands += ',';
    AppendCommand(command, commands);
  }
  commands += ']';
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Bool("reload", reply->reload);
  // Posterrama 2.9.4 sends the first field name, its pages read the second.
  object.Raw("queuedCommands", commands);
  object.Raw("commandsQueued", commands);
  object.TextIfAny("approvalCode", reply->approval_code);
  object.Close();
  Response response = JsonAnswer(200, std::move(text));
  AddStoreId(reply->store_id, response);
  co_return response;
}

asio::awaitable<Response> DeviceRoutes::BypassCheck(RequestPtr request) {
  std::string text;
  JsonObject object(text);
  object.Bool("bypass", deps_.bypass.Contains(request->remote_ip));
  object.Text("ip", request->remote_ip);
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

}  // namespace marquee::gateway
