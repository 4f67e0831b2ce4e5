// What a door takes from a gRPC call before it hands the work inward.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>

namespace marquee::rpc {

// The caller's deadline; kLongestCall from now for callers that set none, so that no work is
// unbounded.
inline constexpr absl::Duration kLongestCall = absl::Minutes(5);

inline absl::Time DeadlineOf(const grpc::CallbackServerContext& context, absl::Time now) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return now + kLongestCall;
  return std::min(absl::FromChrono(deadline), now + kLongestCall);
}

}  // namespace marquee::rpc
