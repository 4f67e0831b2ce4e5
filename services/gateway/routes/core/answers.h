// Response bodies that several routes use.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/message.h"
#include "services/gateway/limits/verdict.h"

namespace marquee::gateway {

inline constexpr std::string_view kJsonType = "application/json; charset=utf-8";

// "2026-01-02T03:04:05.678Z"
std::string IsoTime(absl::Time time);

// A response with this JSON text and Cache-Control: no-store.
Response JsonAnswer(int status, std::string json);

// {"error":code[,"message":…]}: errors of the device routes and short errors.
Response JsonError(int status, std::string_view error, std::string_view message = {});

// {error, timestamp, path, method, requestId}: unknown paths, wrong methods and limits.
Response ErrorAnswer(int status, std::string_view error, const Request& request, absl::Time now);

// The response to a status of Gate::Admit: 401 with WWW-Authenticate, 403, 429 or 503.
Response Unauthenticated(const absl::Status& status, const Request& request, absl::Time now);

// 429 {"error":error[,"message":…]} with the Retry-After of the status, at least 1 s.
Response RateLimited(const absl::Status& status, std::string_view error,
                     std::string_view message = {});

// RateLimit-Policy, -Limit, -Remaining and -Reset, as Posterrama 2.9.4 sends them.
void AddLimitFields(const LimitVerdict& verdict, Response& response);
// 429 {error, timestamp, path, method, requestId, retryAfter}, Retry-After and the fields above.
Response TooManyRequests(const LimitVerdict& verdict, const Request& request, absl::Time now);

// A plain text error, as the local file routes send it.
Response TextError(int status, std::string_view text);

struct FieldError {
  std::string field;
  std::string message;
};
// 400 {error, details:[{field,message}], timestamp}
Response ValidationError(std::string_view error, const std::vector<FieldError>& details,
                         absl::Time now);

// Age (RFC 9111 section 5.1): how long ago a cached response was made, in whole seconds.
void AddAge(absl::Duration age, Response& response);

// 503 with Retry-After, for errors that may be temporary.
Response ServiceUnavailable(std::string_view error, int retry_after_seconds = 5);

}  // namespace marquee::gateway
