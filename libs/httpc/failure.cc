#include "libs/httpc/failure.h"

#include <absl/strings/cord.h>
#include <fmt/format.h>

#include <array>

#include "libs/base/strings.h"

namespace marquee::httpc {
namespace {

// Type URL of the payload that carries the cause in a status.
constexpr char kPayload[] = "marquee.httpc.failure";

struct Row {
  Failure failure;
  std::string_view name;
  absl::StatusCode code;
};

using enum absl::StatusCode;
constexpr std::array kRows = {
    Row{Failure::kNone, "none", kUnknown},
    Row{Failure::kBadRequest, "bad_request", kInvalidArgument},
    Row{Failure::kHostRefused, "host_refused", kPermissionDenied},
    Row{Failure::kAddressRefused, "address_refused", kPermissionDenied},
    Row{Failure::kDns, "dns", kUnavailable},
    Row{Failure::kConnectionRefused, "connection_refused", kUnavailable},
    Row{Failure::kUnreachable, "unreachable", kUnavailable},
    Row{Failure::kConnectTimeout, "connect_timeout", kUnavailable},
    Row{Failure::kTls, "tls", kUnavailable},
    Row{Failure::kReset, "reset", kUnavailable},
    Row{Failure::kProtocol, "protocol", kFailedPrecondition},
    Row{Failure::kTooLarge, "too_large", kResourceExhausted},
    Row{Failure::kTooManyRedirects, "too_many_redirects", kFailedPrecondition},
    Row{Failure::kDeadline, "deadline", kDeadlineExceeded},
    Row{Failure::kCancelled, "cancelled", kCancelled},
    Row{Failure::kBusy, "busy", kResourceExhausted},
    Row{Failure::kHttpStatus, "http_status", kFailedPrecondition},
    Row{Failure::kBreakerOpen, "breaker_open", kUnavailable},
};

const Row& RowOf(Failure failure) { return kRows[static_cast<size_t>(failure)]; }

absl::StatusCode CodeOfHttp(int status) {
  switch (status) {
    case 401:
      return kUnauthenticated;
    case 403:
      return kPermissionDenied;
    case 404:
    case 410:
      return kNotFound;
    case 408:
    case 504:
      return kDeadlineExceeded;
    case 429:
      return kResourceExhausted;
    default:
      return status >= 500 ? kUnavailable : kFailedPrecondition;
  }
}

absl::Status WithCause(absl::StatusCode code, const std::string& message, Failure failure) {
  absl::Status status(code, message);
  status.SetPayload(kPayload, absl::Cord(base::ToAbslView(NameOf(failure))));
  return status;
}

}  // namespace

std::string_view NameOf(Failure failure) { return RowOf(failure).name; }

absl::Status MakeFailure(Failure failure, const std::string& message) {
  return WithCause(RowOf(failure).code, message, failure);
}

absl::Status WithFailure(absl::Status status, Failure failure) {
  status.SetPayload(kPayload, absl::Cord(base::ToAbslView(NameOf(failure))));
  return status;
}

Failure FailureOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return Failure::kNone;
  for (const Row& row : kRows) {
    if (*payload == base::ToAbslView(row.name)) return row.failure;
  }
  return Failure::kNone;
}

absl::Status StatusOfHttp(int http_status, std::string_view what) {
  if (http_status < 400) return absl::OkStatus();
  return WithCause(CodeOfHttp(http_status), fmt::format("{}: HTTP {}", what, http_status),
                   Failure::kHttpStatus);
}

}  // namespace marquee::httpc
