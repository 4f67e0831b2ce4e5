// The deadline of a gRPC call.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>

namespace marquee::rpc {

// The caller's deadline, limited to kLongestCall from now, so that no work is unbounded.
inline constexpr absl::Duration kLongestCall = absl::Minutes(5);

inline absl::Time DeadlineOf(const grpc::CallbackServerContext& context, absl::Time now) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return now + kLongestCall;
  return std::min(absl::FromChrono(deadline), now + kLongestCall);
}

}  // namespace marquee::rpc
