// Converts between absl::Status and grpc::Status: the codes have equal numbers, and payloads become
// details of google.rpc.Status.
#pragma once

#include <absl/status/status.h>
#include <grpcpp/support/status.h>

namespace marquee::rpc {

grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace marquee::rpc
