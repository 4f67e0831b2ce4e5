// Why a request failed, beside the status code: for metrics, for breakers, and for telling a
// person what to look at.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>

namespace marquee::httpc {

enum class Failure {
  kNone,            // the status carries no cause of ours
  kBadRequest,      // no such URL, or a header that cannot be sent
  kHostRefused,     // the host rule said no
  kAddressRefused,  // the address is private and the host is no configured server
  kDns,
  kConnectionRefused,
  kUnreachable,
  kConnectTimeout,
  kTls,
  kReset,     // the connection broke before the answer was whole
  kProtocol,  // what came back is not HTTP, or not decodable
  kTooLarge,
  kTooManyRedirects,
  kDeadline,
  kCancelled,
  kBusy,         // too many requests in hand here
  kHttpStatus,   // a whole answer, but not a 2xx
  kBreakerOpen,  // the host has failed of late and is left alone for a while
};

// A stable word for the cause, as in the `result` label: "dns", "connection_refused", …
std::string_view NameOf(Failure failure);

absl::Status MakeFailure(Failure failure, const std::string& message);

// `status` with that cause, for one whose code or message is not that of the request itself.
absl::Status WithFailure(absl::Status status, Failure failure);

// kNone for a status made elsewhere. Survives base::Annotate.
Failure FailureOf(const absl::Status& status);

// The status for an answer with that HTTP status: OK below 400, else the code of the house
// (401 kUnauthenticated, 403 kPermissionDenied, 404 and 410 kNotFound, 408 and 504
// kDeadlineExceeded, 429 kResourceExhausted, other 5xx kUnavailable, the rest
// kFailedPrecondition), saying `what: HTTP 404`.
absl::Status StatusOfHttp(int http_status, std::string_view what);

}  // namespace marquee::httpc
