// The shapes of answers that routes have in common.
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

// 200 or another status with this JSON text, not to be stored by anyone.
Response JsonAnswer(int status, std::string json);

// {"error":code[,"message":…]}: how the device routes and small refusals speak.
Response JsonError(int status, std::string_view error, std::string_view message = {});

// {error, timestamp, path, method, requestId}: unknown paths, wrong methods and limits.
Response ErrorAnswer(int status, std::string_view error, const Request& request, absl::Time now);

// What a gate's refusal is in HTTP: 401 with WWW-Authenticate, 403, 429, or 503 when nobody can
// say.
Response Unauthenticated(const absl::Status& status, const Request& request, absl::Time now);

// RateLimit-Policy, -Limit, -Remaining and -Reset, as the reference's limits say them.
void AddLimitFields(const LimitVerdict& verdict, Response& response);
// 429 {error, timestamp, path, method, requestId, retryAfter}, Retry-After and the fields above.
Response TooManyRequests(const LimitVerdict& verdict, const Request& request, absl::Time now);

// A plain sentence, as the local file routes refuse.
Response TextError(int status, std::string_view text);

struct FieldError {
  std::string field;
  std::string message;
};
// 400 {error, details:[{field,message}], timestamp}
Response ValidationError(std::string_view error, const std::vector<FieldError>& details,
                         absl::Time now);

// Age (RFC 9111 section 5.1): how old what we answer out of a cache is, in whole seconds.
void AddAge(absl::Duration age, Response& response);

// 503 with Retry-After, for what another try may get.
Response ServiceUnavailable(std::string_view error, int retry_after_seconds = 5);

}  // namespace marquee::gateway
