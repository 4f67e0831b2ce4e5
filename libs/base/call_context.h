// What a piece of work is told about its caller: until when an answer is of use, and whether the
// caller has gone. Passed by value down every call that may wait.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <stop_token>

#include "libs/base/clock.h"

namespace marquee::base {

struct CallContext {
  absl::Time deadline = absl::InfiniteFuture();
  std::stop_token stop;  // requested when the last interested caller went away

  // OK, kCancelled when the caller has gone, kDeadlineExceeded when the time is up.
  absl::Status Check(const Clock& clock) const {
    if (stop.stop_requested()) return absl::CancelledError("the caller has gone");
    if (clock.Now() >= deadline) return absl::DeadlineExceededError("the deadline has passed");
    return absl::OkStatus();
  }
};

}  // namespace marquee::base
