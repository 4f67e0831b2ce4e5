#include "services/gateway/routes/answers.h"

#include <fmt/format.h>

#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {

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

Response TryLater(std::string_view error, int retry_after_seconds) {
  Response response = JsonError(503, error);
  response.headers.Add("Retry-After", fmt::format("{}", retry_after_seconds));
  return response;
}

}  // namespace marquee::gateway
