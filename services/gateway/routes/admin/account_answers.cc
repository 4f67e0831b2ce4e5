#include "services/gateway/routes/admin/account_answers.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/strings.h"
#include "services/gateway/http/status_table.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {

Form::Form(const Request& request) {
  if (request.header("Content-Type").starts_with("application/x-www-form-urlencoded")) {
    if (auto target = ParseTarget("/?" + request.body); target.ok()) {
      query_ = std::move(target->query);
    }
  } else if (auto object = ParseJsonObject(request.body); object.ok()) {
    object_ = *std::move(object);
  }
}

std::string Form::Get(std::string_view name, size_t max_length) const {
  if (const auto value = query_.Get(name)) return std::string(value->substr(0, max_length));
  return TextField(object_, name, max_length);
}

Response Success(std::string_view message) {
  std::string json;
  JsonObject object(json);
  object.Bool("success", true);
  object.Text("message", message);
  object.Close();
  return JsonAnswer(200, std::move(json));
}

Response AccountFailure(const absl::Status& status) {
  const std::string_view why = base::MessageOf(status);
  const int code = HttpStatusOf(status.code(), ErrorColumn::kAccount);
  if (code == 429) return RateLimited(status, why);
  if (code == 503) return ServiceUnavailable("account_service_unavailable");
  return JsonError(code, why);
}

Response Entered(const Request& request, bool requires_code, std::string_view next) {
  std::string json;
  JsonObject object(json);
  object.Bool("success", true);
  object.Bool("requires2FA", requires_code);
  object.Text("redirectTo", request.base_path + std::string(next));
  object.Close();
  return JsonAnswer(200, std::move(json));
}

std::string AccountOf(const Request& request) {
  return request.principal == nullptr ? std::string() : request.principal->account_id;
}

Response NoAccount() {
  return JsonError(400, "this endpoint requires a user session, not an API token");
}

Response NotOurs(const absl::Status& status) {
  return JsonError(403, "Forbidden", base::MessageOf(status));
}

}  // namespace marquee::gateway
