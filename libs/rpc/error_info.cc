#include "libs/rpc/error_info.h"

#include "google/rpc/error_details.pb.h"
#include "libs/base/strings.h"

namespace marquee::rpc {
namespace {

constexpr char kErrorInfo[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequest[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kRetryInfo[] = "type.googleapis.com/google.rpc.RetryInfo";

// Through a string_view: Debian's library does not export Cord's constructor from std::string&&.
template <class Message>
absl::Cord Serialized(const Message& message) {
  return absl::Cord(base::ToAbslView(message.SerializeAsString()));
}

template <class Message>
bool ReadPayload(const absl::Status& status, const char* type, Message& message) {
  const auto payload = status.GetPayload(type);
  return payload.has_value() && message.ParseFromString(std::string(*payload));
}

}  // namespace

absl::Status WithReason(absl::Status status, std::string_view reason,
                        const std::map<std::string, std::string>& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("marquee");
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  status.SetPayload(kErrorInfo, Serialized(info));
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  return ReadPayload(status, kErrorInfo, info) ? info.reason() : std::string();
}

std::string MetadataOf(const absl::Status& status, const std::string& key) {
  google::rpc::ErrorInfo info;
  if (!ReadPayload(status, kErrorInfo, info)) return {};
  const auto found = info.metadata().find(key);
  return found == info.metadata().end() ? std::string() : found->second;
}

absl::Status WithViolations(absl::Status status, const std::vector<FieldViolation>& violations) {
  google::rpc::BadRequest bad;
  for (const FieldViolation& violation : violations) {
    auto* field = bad.add_field_violations();
    field->set_field(violation.field);
    field->set_description(violation.message);
  }
  status.SetPayload(kBadRequest, Serialized(bad));
  return status;
}

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  google::rpc::BadRequest bad;
  if (!ReadPayload(status, kBadRequest, bad)) return violations;
  for (const auto& field : bad.field_violations()) {
    violations.push_back({.field = field.field(), .message = field.description()});
  }
  return violations;
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration after) {
  google::rpc::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(after));
  info.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(after % absl::Seconds(1))));
  status.SetPayload(kRetryInfo, Serialized(info));
  return status;
}

absl::Duration RetryAfterOf(const absl::Status& status) {
  google::rpc::RetryInfo info;
  if (!ReadPayload(status, kRetryInfo, info)) return absl::ZeroDuration();
  return absl::Seconds(info.retry_delay().seconds()) +
         absl::Nanoseconds(info.retry_delay().nanos());
}

}  // namespace marquee::rpc
