// The shapes of answers that routes have in common.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/message.h"

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

// A plain sentence, as the local file routes refuse.
Response TextError(int status, std::string_view text);

struct FieldError {
  std::string field;
  std::string message;
};
// 400 {error, details:[{field,message}], timestamp}
Response ValidationError(std::string_view error, const std::vector<FieldError>& details,
                         absl::Time now);

// 503 with Retry-After, for what another try may get.
Response TryLater(std::string_view error, int retry_after_seconds = 5);

}  // namespace marquee::gateway
