#include "services/gateway/routes/core/answer_policy.h"

#include <absl/strings/ascii.h>
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
constexpr int kPreflightSeconds = 7200;  // the maximum that browsers accept

// The keywords may be written without their quotes, which YAML removes easily.
std::string AsSource(const std::string& text) {
  return text == "self" || text == "none" ? fmt::format("'{}'", text) : text;
}

bool IsPort(std::string_view text) {
  return text == "*" ||
         (!text.empty() && text.size() <= 5 && std::ranges::all_of(text, absl::ascii_isdigit));
}

bool IsHost(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.';
  });
}

bool IsScheme(std::string_view text) {
  return !text.empty() && absl::ascii_isalpha(static_cast<unsigned char>(text.front())) &&
         std::ranges::all_of(text, [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
         });
}

}  // namespace

absl::Status CheckFrameAncestor(std::string_view text) {
  for (const std::string_view word : {"*", "self", "none", "'self'", "'none'"}) {
    if (text == word) return absl::OkStatus();
  }
  if (text.ends_with(':') && IsScheme(text.substr(0, text.size() - 1))) return absl::OkStatus();
  std::string_view host = text;
  bool fits = true;
  if (const size_t mark = host.find("://"); mark != std::string_view::npos) {
    fits = IsScheme(host.substr(0, mark));
    host = host.substr(mark + 3);
  }
  if (const size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    fits = fits && IsPort(host.substr(colon + 1));
    host = host.substr(0, colon);
  }
  if (fits && IsHost(host)) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format(
      "\"{}\" is not an origin; write it as https://home.example:8123, without a path, or "
      "use 'self' or *",
      text));
}

AnswerPolicy::AnswerPolicy(Options options)
    : options_(std::move(options)), embeddable_(ContentPolicy(true)), own_(ContentPolicy(false)) {
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
  // The headers of the page's first response remain valid after a 304 (RFC 9111 section 3.2).
  if (response.status == 304) return;
  if (!response.headers.Get("Content-Type").starts_with("text/html")) return;
  const std::string& policy = response.embeddable ? embeddable_ : own_;
  response.headers.Add(
      "Content-Security-Policy",
      request.base_path.empty()
          ? policy
          : absl::StrReplaceAll(
                policy, {{"report-uri /", fmt::format("report-uri {}/", request.base_path)}}));
  response.headers.Add("Referrer-Policy", "strict-origin-when-cross-origin");
  response.headers.Add("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  response.headers.Add("Cross-Origin-Opener-Policy", "same-origin");
}

std::string AnswerPolicy::ContentPolicy(bool embeddable) const {
  std::string policy = "frame-ancestors 'self'";
  if (embeddable && !options_.frame_ancestors.empty()) {
    policy = "frame-ancestors";
    for (const std::string& source : options_.frame_ancestors) {
      policy += fmt::format(" {}", AsSource(source));
    }
  }
  // First, because browsers use the first of two equal directives (section 2.2.1).
  if (!options_.content_security_policy.empty()) {
    policy += fmt::format("; {}", options_.content_security_policy);
  }
  return policy;
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
