// Machine-readable parts of an error, kept as payloads of the absl::Status in the encoding of
// google.rpc.ErrorInfo, BadRequest and RetryInfo. Free of gRPC, so that domain code may use it.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::rpc {

// `status` with ErrorInfo{reason, domain "marquee"}. reason: UPPER_SNAKE_CASE, part of the API.
// `metadata`: what a program needs to act on it, such as the present `version`.
absl::Status WithReason(absl::Status status, std::string_view reason,
                        const std::map<std::string, std::string>& metadata = {});
// Empty when there is none.
std::string ReasonOf(const absl::Status& status);
// One value of the metadata, empty when there is none.
std::string MetadataOf(const absl::Status& status, const std::string& key);

// What is wrong with one field of a request.
struct FieldViolation {
  std::string field;  // its path, "wallartMode.columns"
  std::string message;

  bool operator==(const FieldViolation&) const = default;
};
// `status` with BadRequest: every field that is wrong, so that a form can mark them all at once.
absl::Status WithViolations(absl::Status status, const std::vector<FieldViolation>& violations);
// Empty when there are none.
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

// `status` with RetryInfo: when it is worth coming again.
absl::Status WithRetryAfter(absl::Status status, absl::Duration after);
// Zero when there is none.
absl::Duration RetryAfterOf(const absl::Status& status);

}  // namespace marquee::rpc
