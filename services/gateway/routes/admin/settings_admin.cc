#include "services/gateway/routes/admin/settings_admin.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/http/status_table.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr const char* kDocument = "display";
// A save without a precondition is merged into the current settings and retried this often if they
// change at the same time.
constexpr int kTries = 3;

std::string Quoted(std::string_view etag) { return fmt::format("\"{}\"", etag); }

}  // namespace

void SettingsAdminRoutes::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/admin/config",
      [this](RequestPtr request, const std::string&) { return Read(std::move(request)); },
      Access::kRead);
  router.Add(
      Method::kPost, "/api/admin/config",
      [this](RequestPtr request, const std::string&) { return Save(std::move(request)); },
      Access::kAdmin);
}

asio::awaitable<absl::StatusOr<SettingsDocument>> SettingsAdminRoutes::Present() {
  auto present = co_await deps_.documents.Get(kDocument);
  if (absl::IsNotFound(present.status())) {
    co_return SettingsDocument{.id = kDocument, .body_json = "{}", .etag = ""};
  }
  co_return present;
}

asio::awaitable<Response> SettingsAdminRoutes::Read(RequestPtr request) {
  const auto present = co_await Present();
  if (!present.ok()) co_return Failure(present.status());
  std::string text;
  JsonObject object(text);
  object.Raw("config", present->body_json);
  // Environment variables and the settings file are read only at start and are not included.
  object.Raw("env", "{}");
  object.Integer("version", present->version);
  object.Close();
  Response response = JsonAnswer(200, std::move(text));
  if (!present->etag.empty()) response.headers.Add("ETag", Quoted(present->etag));
  co_return response;
}

asio::awaitable<Response> SettingsAdminRoutes::Save(RequestPtr request) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json", base::MessageOf(body.status()));
  const json::object* config = ObjectField(*body, "config");
  if (config == nullptr || ObjectField(*body, "env") == nullptr) {
    co_return JsonError(400, "config and env are required and must be objects");
  }
  const auto base_version = static_cast<int64_t>(NumberField(*body, "baseVersion"));
  const std::string if_match = request->headers.Combined("If-Match");

  absl::Status failure;
  for (int i = 0; i < kTries; ++i) {
    auto present = co_await Present();
    if (!present.ok()) co_return Failure(present.status());
    if (!if_match.empty() && !IfNoneMatchHas(if_match, Quoted(present->etag))) {
      co_return JsonError(412, "precondition_failed", "the settings were changed by another save");
    }
    if (base_version != 0 && base_version != present->version) {
      co_return JsonAnswer(409, fmt::format(R"({{"error":"config_conflict","currentVersion":{}}})",
                                            present->version));
    }
    auto merged = ParseJsonObject(present->body_json);
    if (!merged.ok()) co_return Failure(merged.status());
    for (const auto& [name, value] : *config) (*merged)[name] = value;
    present->body_json = json::serialize(*merged);
    present->accept_unknown = request->query.Get("accept_unknown") == "1";
    const auto saved = co_await deps_.documents.Put(*std::move(present), request->principal->name);
    if (saved.ok()) {
      std::string text;
      JsonObject object(text);
      object.Bool("success", true);
      object.Text("message", "Settings saved");
      object.Integer("version", saved->version);
      object.Close();
      if (deps_.events != nullptr) {
        deps_.events->Publish("config-updated", fmt::format(R"({{"version":{}}})", saved->version));
      }
      Response response = JsonAnswer(200, std::move(text));
      response.headers.Add("ETag", Quoted(saved->etag));
      co_return response;
    }
    failure = saved.status();
    if (!absl::IsAborted(failure)) break;
  }
  co_return Failure(failure);
}

Response SettingsAdminRoutes::Failure(const absl::Status& status) const {
  const int code = HttpStatusOf(status.code(), ErrorColumn::kSettings);
  if (code == 409) return JsonError(409, "config_conflict");
  if (code == 503) return ServiceUnavailable("settings_service_unavailable");
  std::vector<FieldError> details;
  for (const rpc::FieldViolation& violation : rpc::ViolationsOf(status)) {
    details.push_back({violation.field, violation.message});
  }
  if (details.empty()) details.push_back({"config", std::string(base::MessageOf(status))});
  return ValidationError("Invalid configuration", details, deps_.clock.Now());
}

}  // namespace marquee::gateway
