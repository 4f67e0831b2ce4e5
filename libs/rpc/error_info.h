// Machine-readable details of an error, carried as payloads of absl::Status in the encoding of
// google.rpc.ErrorInfo, BadRequest and RetryInfo. Does not depend on gRPC, so that domain code may
// use it.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::rpc {

// `status` with ErrorInfo{reason, domain "marquee"}. reason: UPPER_SNAKE_CASE, part of the API.
// `metadata`: values that a client needs to handle the error, for example the current `version`.
absl::Status WithReason(absl::Status status, std::string_view reason,
                        const std::map<std::string, std::string>& metadata = {});
// Empty if there is none.
std::string ReasonOf(const absl::Status& status);
// One value of the metadata; empty if there is none.
std::string MetadataOf(const absl::Status& status, const std::string& key);

// An error in one field of a request.
struct FieldViolation {
  std::string field;  // path of the field, "wallartMode.columns"
  std::string message;

  bool operator==(const FieldViolation&) const = default;
};
// `status` with BadRequest: all invalid fields, so that a form can mark all of them.
absl::Status WithViolations(absl::Status status, const std::vector<FieldViolation>& violations);
// Empty when there are none.
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

// `status` with RetryInfo: the time after which a retry is useful.
absl::Status WithRetryAfter(absl::Status status, absl::Duration after);
// Zero when there is none.
absl::Duration RetryAfterOf(const absl::Status& status);

}  // namespace marquee::rpc
