#include "libs/rpc/status.h"

#include "google/rpc/status.pb.h"
#include "libs/base/strings.h"

namespace marquee::rpc {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const std::string message(base::MessageOf(status));
  google::rpc::Status details;
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    auto* detail = details.add_details();
    detail->set_type_url(std::string(type));
    detail->set_value(std::string(payload));
  });
  const auto code = static_cast<grpc::StatusCode>(status.code());
  // UNAUTHENTICATED has details in any case: without them it means that the call had no shared
  // secret and came to no handler (shared_secret.h).
  if (details.details().empty() && !absl::IsUnauthenticated(status)) return {code, message};
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  return {code, message, details.SerializeAsString()};
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      result.SetPayload(detail.type_url(), absl::Cord(base::ToAbslView(detail.value())));
    }
  }
  return result;
}

}  // namespace marquee::rpc
