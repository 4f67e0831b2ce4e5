// Machine-readable parts of an error, kept as payloads of the absl::Status in the encoding of
// google.rpc.ErrorInfo, RetryInfo and BadRequest. Free of gRPC, so that domain code may use it.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::rpc {

// `status` with ErrorInfo{reason, domain "marquee"}. reason: UPPER_SNAKE_CASE, part of the API.
absl::Status WithReason(absl::Status status, std::string_view reason);
// Empty when there is none.
std::string ReasonOf(const absl::Status& status);

// `status` with RetryInfo: when it is worth coming again.
absl::Status WithRetryAfter(absl::Status status, absl::Duration after);
// Zero when there is none.
absl::Duration RetryAfterOf(const absl::Status& status);

struct FieldViolation {
  std::string field;        // path in the request, "wallartMode.columns"
  std::string description;  // what is wrong with it
};
// `status` with BadRequest: which fields do not validate.
absl::Status WithFieldViolations(absl::Status status,
                                 const std::vector<FieldViolation>& violations);
// Empty when there are none.
std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);

}  // namespace marquee::rpc
