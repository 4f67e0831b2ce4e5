// Combines an image's own time limit with the context of its caller.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"

namespace marquee::imageproc {

// The limit starts at construction. Constructor arguments must outlive it.
class TimeLimit {
 public:
  TimeLimit(const base::CallContext& caller, absl::Duration max_time, const base::Clock& clock)
      : caller_(caller),
        max_time_(max_time),
        clock_(clock),
        own_deadline_(clock.Now() + max_time),
        context_(caller) {
    context_.deadline = std::min(caller.deadline, own_deadline_);
  }

  // Ends at the earlier of both.
  const base::CallContext& context() const { return context_; }

  // Chooses the error to report, because a stopped image looks damaged to its decoder: first the
  // caller's context, then the exceeded time limit, then `seen`.
  absl::Status Explain(absl::Status seen) const {
    MARQUEE_RETURN_IF_ERROR(caller_.Check(clock_));
    if (clock_.Now() < own_deadline_) return seen;
    return absl::OutOfRangeError(
        fmt::format("takes longer than {} s to decode", absl::ToInt64Seconds(max_time_)));
  }

 private:
  const base::CallContext& caller_;
  const absl::Duration max_time_;
  const base::Clock& clock_;
  const absl::Time own_deadline_;
  base::CallContext context_;
};

}  // namespace marquee::imageproc
