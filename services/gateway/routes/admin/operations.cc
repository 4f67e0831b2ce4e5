#include "services/gateway/routes/admin/operations.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <utility>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr size_t kMaxReported = 256;

constexpr std::array<std::string_view, 7> kDirectives{
    "script-src", "style-src", "img-src", "connect-src", "frame-src", "font-src", "media-src"};

// The directive as a metric label: "script-src-elem 'self'" counts as script-src.
std::string LabelOf(std::string_view directive) {
  for (const std::string_view known : kDirectives) {
    if (directive.starts_with(known)) return std::string(known);
  }
  return "other";
}

struct Violation {
  std::string directive;
  std::string blocked;
  std::string document;
};

// The directive of a CSP 2 report ({"csp-report": {…}}) or of the first Reporting API report; empty
// if the body is neither.
Violation ViolationIn(std::string_view body) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  const json::value value =
      json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error) return {};
  if (const json::object* object = value.if_object()) {
    const json::object* report = ObjectField(*object, "csp-report");
    if (report == nullptr) return {};
    return {.directive = TextField(*report, "violated-directive", kMaxReported),
            .blocked = TextField(*report, "blocked-uri", kMaxReported),
            .document = TextField(*report, "document-uri", kMaxReported)};
  }
  const json::array* reports = value.if_array();
  const json::object* first =
      reports != nullptr && !reports->empty() ? reports->front().if_object() : nullptr;
  const json::object* report = first != nullptr ? ObjectField(*first, "body") : nullptr;
  if (report == nullptr) return {};
  return {.directive = TextField(*report, "effectiveDirective", kMaxReported),
          .blocked = TextField(*report, "blockedURL", kMaxReported),
          .document = TextField(*report, "documentURL", kMaxReported)};
}

}  // namespace

OperationsRoutes::OperationsRoutes(Deps deps)
    : deps_(std::move(deps)), started_(deps_.clock.Monotonic()) {}

void OperationsRoutes::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/admin/status",
      [this](RequestPtr, std::string) -> asio::awaitable<Response> { co_return Status(); },
      Access::kRead);
  router.Add(
      Method::kPost, "/csp-report",
      [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return CspReport(*request);
      },
      Access::kOpenApi);
}

Response OperationsRoutes::Status() const {
  const auto playlist = deps_.media.Current();
  const double sockets =
      deps_.metrics.gauge("marquee_ws_connections", "Open WebSockets of displays.").value();
  std::string text;
  JsonObject object(text);
  object.Text("version", deps_.version);
  object.Integer("uptime", absl::ToInt64Seconds(deps_.clock.Monotonic() - started_));
  object.Text("timestamp", IsoTime(deps_.clock.Now()));
  object.Name("services");
  JsonObject services(text);
  services.Bool("playlist", deps_.media.connected());
  services.Bool("images", deps_.images.connected());
  services.Bool("devices", deps_.devices.connected());
  services.Close();
  object.Name("playlist");
  JsonObject held(text);
  held.Integer("items", playlist == nullptr ? 0 : static_cast<int64_t>(playlist->size()));
  if (playlist != nullptr) held.Text("publishedAt", IsoTime(playlist->published_at()));
  held.Close();
  object.Name("displays");
  JsonObject displays(text);
  displays.Integer("sockets", static_cast<int64_t>(sockets));
  displays.Close();
  object.Close();
  return JsonAnswer(200, std::move(text));
}

Response OperationsRoutes::CspReport(const Request& request) {
  const Violation violation = ViolationIn(request.body);
  if (!violation.directive.empty()) {
    deps_.metrics
        .counter("marquee_gateway_csp_reports_total",
                 "Violations of the Content Security Policy reported by browsers.",
                 {{"directive", LabelOf(violation.directive)}})
        .Add();
    deps_.logger.Log(obs::Level::kInfo,
                     "a browser reported a violation of the Content Security Policy",
                     {{"directive", violation.directive},
                      {"blocked", violation.blocked},
                      {"page", violation.document}});
  }
  return Response::Empty(204);
}

}  // namespace marquee::gateway
