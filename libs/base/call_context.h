// Deadline and cancellation of a call. Passed by value down every call that may wait.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <stop_token>

#include "libs/base/clock.h"

namespace marquee::base {

struct CallContext {
  absl::Time deadline = absl::InfiniteFuture();
  std::stop_token stop;  // requested when the last caller has cancelled

  // OK; kCancelled after the caller has cancelled; kDeadlineExceeded after the deadline.
  absl::Status Check(const Clock& clock) const {
    if (stop.stop_requested()) return absl::CancelledError("the caller has cancelled");
    if (clock.Now() >= deadline) return absl::DeadlineExceededError("the deadline has passed");
    return absl::OkStatus();
  }
};

}  // namespace marquee::base
