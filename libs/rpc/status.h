// absl::Status inside, grpc::Status on the wire: the codes are the same numbers, and payloads
// travel as google.rpc.Status details.
#pragma once

#include <absl/status/status.h>
#include <grpcpp/support/status.h>

namespace marquee::rpc {

grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace marquee::rpc
