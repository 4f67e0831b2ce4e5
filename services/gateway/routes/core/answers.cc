#include "services/gateway/routes/core/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/http/status_table.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

int64_t WaitSeconds(const absl::Status& status) {
  return std::max<int64_t>(1, absl::ToInt64Seconds(rpc::RetryAfterOf(status)));
}

Response Limited(std::string_view error, int64_t wait_seconds, const Request& request,
                 absl::Time now) {
  std::string json;
  JsonObject object(json);
  object.Text("error", error);
  object.Text("timestamp", IsoTime(now));
  object.Text("path", request.path);
  object.Text("method", MethodName(request.method));
  object.Text("requestId", request.id_text());
  object.Integer("retryAfter", wait_seconds);
  object.Close();
  Response response = JsonAnswer(429, std::move(json));
  response.headers.Add("Retry-After", fmt::format("{}", wait_seconds));
  return response;
}

}  // namespace

std::string IsoTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

Response JsonAnswer(int status, std::string json) {
  Response response = Response::Text(status, kJsonType, std::move(json));
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

Response JsonError(int status, std::string_view error, std::string_view message) {
  std::string json;
  JsonObject object(json);
  object.Text("error", error);
  object.TextIfAny("message", message);
  object.Close();
  return JsonAnswer(status, std::move(json));
}

Response ErrorAnswer(int status, std::string_view error, const Request& request, absl::Time now) {
  std::string json;
  JsonObject object(json);
  object.Text("error", error);
  object.Text("timestamp", IsoTime(now));
  object.Text("path", request.path);
  object.Text("method", MethodName(request.method));
  object.Text("requestId", request.id_text());
  object.Close();
  return JsonAnswer(status, std::move(json));
}

Response Unauthenticated(const absl::Status& status, const Request& request, absl::Time now) {
  const std::string_view why = base::MessageOf(status);
  switch (HttpStatusOf(status.code(), ErrorColumn::kAccess)) {
    case 401: {
      Response response = JsonError(401, "Unauthorized", why);
      response.headers.Add("WWW-Authenticate", "Bearer");
      return response;
    }
    case 403:
      return JsonError(403, "Forbidden", why);
    case 429:
      return Limited(why, WaitSeconds(status), request, now);
    default:
      return ServiceUnavailable("Authentication service unavailable");
  }
}

Response RateLimited(const absl::Status& status, std::string_view error, std::string_view message) {
  Response response = JsonError(429, error, message);
  response.headers.Add("Retry-After", fmt::format("{}", WaitSeconds(status)));
  return response;
}

void AddLimitFields(const LimitVerdict& verdict, Response& response) {
  response.headers.Add("RateLimit-Policy",
                       fmt::format("{};w={}", verdict.limit, verdict.window_seconds));
  response.headers.Add("RateLimit-Limit", fmt::format("{}", verdict.limit));
  response.headers.Add("RateLimit-Remaining", fmt::format("{}", verdict.remaining));
  response.headers.Add("RateLimit-Reset", fmt::format("{}", verdict.reset_seconds));
}

Response TooManyRequests(const LimitVerdict& verdict, const Request& request, absl::Time now) {
  Response response = Limited("Too many requests", verdict.reset_seconds, request, now);
  AddLimitFields(verdict, response);
  return response;
}

Response TextError(int status, std::string_view text) {
  Response response = Response::Text(status, "text/html; charset=utf-8", std::string(text));
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

Response ValidationError(std::string_view error, const std::vector<FieldError>& details,
                         absl::Time now) {
  std::string json;
  JsonObject object(json);
  object.Text("error", error);
  object.Name("details");
  json += '[';
  for (const FieldError& detail : details) {
    if (json.back() != '[') json += ',';
    JsonObject entry(json);
    entry.Text("field", detail.field);
    entry.Text("message", detail.message);
    entry.Close();
  }
  json += ']';
  object.Text("timestamp", IsoTime(now));
  object.Close();
  return JsonAnswer(400, std::move(json));
}

void AddAge(absl::Duration age, Response& response) {
  const fmt::format_int seconds(absl::ToInt64Seconds(age));
  response.headers.Add("Age", {seconds.data(), seconds.size()});
}

Response ServiceUnavailable(std::string_view error, int retry_after_seconds) {
  Response response = JsonError(503, error);
  response.headers.Add("Retry-After", fmt::format("{}", retry_after_seconds));
  return response;
}

}  // namespace marquee::gateway
