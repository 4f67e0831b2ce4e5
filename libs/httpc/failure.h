// The cause of a failed request, in addition to the status code: for metrics, circuit breakers and
// error messages.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>

namespace marquee::httpc {

enum class Failure {
  kNone,            // the status carries no cause
  kBadRequest,      // invalid URL, or a header that cannot be sent
  kHostRefused,     // rejected by the host rule
  kAddressRefused,  // the address is private and the host is not a configured server
  kDns,
  kConnectionRefused,
  kUnreachable,
  kConnectTimeout,
  kTls,
  kReset,     // the connection broke before the response was complete
  kProtocol,  // the response is not HTTP or cannot be decoded
  kTooLarge,
  kTooManyRedirects,
  kDeadline,
  kCancelled,
  kBusy,         // too many concurrent requests of this client
  kHttpStatus,   // a complete response with a status other than 2xx
  kBreakerOpen,  // the circuit breaker of the host is open
};

// Name of the cause, stable, used as the `result` label: "dns", "connection_refused", …
std::string_view NameOf(Failure failure);

absl::Status MakeFailure(Failure failure, const std::string& message);

// `status` with this cause, for a status whose code or message is not that of the request itself.
absl::Status WithFailure(absl::Status status, Failure failure);

// kNone for a status created elsewhere. Survives base::Annotate.
Failure FailureOf(const absl::Status& status);

// The status for an HTTP status, with the message `what: HTTP 404`: OK below 400, 401
// kUnauthenticated, 403 kPermissionDenied, 404 and 410 kNotFound, 408 and 504 kDeadlineExceeded,
// 429 kResourceExhausted, other 5xx kUnavailable, all others kFailedPrecondition.
absl::Status StatusOfHttp(int http_status, std::string_view what);

}  // namespace marquee::httpc
