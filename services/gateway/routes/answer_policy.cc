#include "services/gateway/routes/answer_policy.h"

#include <absl/strings/str_replace.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace marquee::gateway {
namespace {

constexpr std::string_view kRequestHeaders =
    "Content-Type, Authorization, X-Requested-With, X-API-Key, If-Match, If-None-Match, "
    "X-Device-Id, X-Install-Id, X-Hardware-Id";
constexpr std::string_view kReadable =
    "ETag, X-Cache, Cache-Status, Retry-After, RateLimit-Limit, RateLimit-Remaining, "
    "RateLimit-Reset";
constexpr int kPreflightSeconds = 7200;  // the most that browsers keep

}  // namespace

AnswerPolicy::AnswerPolicy(Options options) : options_(std::move(options)) {
  for (const std::string& text : options_.allowed_origins) {
    if (auto origin = WebOrigin::Parse(text)) origins_.push_back(*std::move(origin));
  }
}

bool AnswerPolicy::Allow(std::string_view origin, Response& response) const {
  const auto& origins = options_.allowed_origins;
  const auto said = WebOrigin::Parse(origin);
  if (said && std::find(origins_.begin(), origins_.end(), *said) != origins_.end()) {
    response.headers.Add("Access-Control-Allow-Origin", origin);
    response.headers.Add("Access-Control-Allow-Credentials", "true");
    return true;
  }
  if (std::find(origins.begin(), origins.end(), "*") == origins.end()) return false;
  response.headers.Add("Access-Control-Allow-Origin", "*");
  return true;
}

void AnswerPolicy::Apply(const Request& request, Response& response) const {
  if (!options_.allowed_origins.empty()) {
    const std::string_view vary = response.headers.Get("Vary");
    if (vary.find("Origin") == std::string_view::npos) {
      response.headers.Set("Vary", vary.empty() ? "Origin" : fmt::format("{}, Origin", vary));
    }
    const std::string_view origin = request.header("Origin");
    if (!origin.empty() && !response.headers.Has("Access-Control-Allow-Origin") &&
        Allow(origin, response)) {
      response.headers.Add("Access-Control-Expose-Headers", kReadable);
    }
  }
  if (request.secure && options_.hsts > absl::ZeroDuration()) {
    response.headers.Add("Strict-Transport-Security",
                         fmt::format("max-age={}", absl::ToInt64Seconds(options_.hsts)));
  }
  // What a page was told with its first answer holds after a 304 as well (RFC 9111 section 3.2).
  if (response.status == 304) return;
  if (!response.headers.Get("Content-Type").starts_with("text/html")) return;
  if (!options_.content_security_policy.empty()) {
    response.headers.Add(
        "Content-Security-Policy",
        request.base_path.empty()
            ? options_.content_security_policy
            : absl::StrReplaceAll(
                  options_.content_security_policy,
                  {{"report-uri /", fmt::format("report-uri {}/", request.base_path)}}));
  }
  response.headers.Add("Referrer-Policy", "strict-origin-when-cross-origin");
  response.headers.Add("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  response.headers.Add("Cross-Origin-Opener-Policy", "same-origin");
}

std::optional<Response> AnswerPolicy::Preflight(const Request& request,
                                                const std::string& methods) const {
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || request.header("Access-Control-Request-Method").empty()) {
    return std::nullopt;
  }
  Response response = Response::Empty(204);
  if (!Allow(origin, response)) return std::nullopt;
  response.headers.Add("Access-Control-Allow-Methods", methods);
  response.headers.Add("Access-Control-Allow-Headers", kRequestHeaders);
  response.headers.Add("Access-Control-Max-Age", fmt::format("{}", kPreflightSeconds));
  return response;
}

}  // namespace marquee::gateway
