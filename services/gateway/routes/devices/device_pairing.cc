#include "services/gateway/routes/devices/device_pairing.h"

#include <algorithm>
#include <utility>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/devices/device_answers.h"

namespace marquee::gateway {
namespace {

bool IsCode(std::string_view text) {
  return text.size() == 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int64_t MillisLeft(const PairingCode& code, absl::Time now) {
  return std::max<int64_t>(0, absl::ToInt64Milliseconds(code.expires_at - now));
}

}  // namespace

void DevicePairingRoutes::AddTo(Router& router) {
  router.Add(Method::kPost, "/api/devices/pair",
             [this](RequestPtr request, const std::string&) { return Pair(std::move(request)); });
  // A pairing code gives full control of a display, so it is for administrators only.
  router.Add(
      Method::kPost, "/api/devices/:id/pairing-code",
      [this](RequestPtr request, std::string id) {
        return CreateCode(std::move(request), std::move(id));
      },
      Access::kAdmin);
  router.Add(
      Method::kGet, "/api/devices/pairing-codes/active",
      [this](const RequestPtr&, const std::string&) { return ActiveCodes(); }, Access::kAdmin);
}

asio::awaitable<Response> DevicePairingRoutes::Pair(RequestPtr request) {
  const LimitVerdict verdict = deps_.pair_limit.Count(request->remote_ip);
  const absl::Time now = deps_.clock.Now();
  if (!verdict.allowed) co_return TooMany(verdict, *request, "/pair", now);
  if (deps_.wrong_limit.IsExhausted(request->remote_ip)) {
    co_return TooMany(deps_.wrong_limit.Count(request->remote_ip), *request, "/pair", now);
  }
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  ClaimRequest claim;
  claim.code = TextField(*body, "code", 16);
  if (!IsCode(claim.code)) co_return JsonError(400, "invalid_code_format");
  claim.token = TextField(*body, "token", 128);
  claim.identity = IdentityOf(*request, *body);
  claim.name = TextField(*body, "name", kMaxDeviceName);
  claim.location = TextField(*body, "location", kMaxDeviceName);

  const auto claimed = co_await deps_.fleet.Claim(std::move(claim));
  Response response;
  if (claimed.ok()) {
    std::string text;
    JsonObject object(text);
    object.Text("deviceId", claimed->device_id);
    object.Text("secret", claimed->secret);
    object.Text("name", claimed->name);
    object.Close();
    response = JsonAnswer(200, std::move(text));
  } else if (absl::IsNotFound(claimed.status())) {
    deps_.wrong_limit.Count(request->remote_ip);
    response = JsonError(400, "code_not_found_or_expired");
  } else if (absl::IsPermissionDenied(claimed.status())) {
    deps_.wrong_limit.Count(request->remote_ip);
    response = JsonError(400, "claim_failed");
  } else {
    response = Refusal(claimed.status());
  }
  AddLimitFields(verdict, response);
  co_return response;
}

asio::awaitable<Response> DevicePairingRoutes::CreateCode(RequestPtr request,
                                                          std::string device_id) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  constexpr double kLongestMs = 86'400'000;
  const auto ttl = absl::Milliseconds(std::clamp(NumberField(*body, "ttlMs"), 0.0, kLongestMs));
  const boost::json::value* wants_token = body->if_contains("requireToken");
  const bool require = wants_token != nullptr && wants_token->is_bool() && wants_token->get_bool();
  const auto code = co_await deps_.fleet.CreateCode(std::move(device_id), ttl, require);
  if (!code.ok()) co_return Refusal(code.status(), "device_not_found");
  std::string text;
  JsonObject object(text);
  object.Text("code", code->code);
  object.Text("deviceId", code->device_id);
  object.Text("expiresAt", IsoTime(code->expires_at));
  object.Integer("expiresInMs", MillisLeft(*code, deps_.clock.Now()));
  object.TextIfAny("token", code->token);
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DevicePairingRoutes::ActiveCodes() {
  const auto codes = co_await deps_.fleet.ListCodes();
  if (!codes.ok()) co_return Refusal(codes.status());
  std::string text = "[";
  for (const PairingCode& code : *codes) {
    if (text.size() > 1) text += ',';
    JsonObject object(text);
    object.Text("deviceId", code.device_id);
    object.Text("name", code.device_name);
    object.Text("location", code.device_location);
    object.Text("code", code.code);
    object.Text("expiresAt", IsoTime(code.expires_at));
    object.Bool("requireToken", code.require_token);
    object.Integer("expiresInMs", MillisLeft(code, deps_.clock.Now()));
    object.Close();
  }
  text += ']';
  co_return JsonAnswer(200, std::move(text));
}

}  // namespace marquee::gateway
