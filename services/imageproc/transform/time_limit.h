// A picture's own limit of time, beside its caller's.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"

namespace marquee::imageproc {

// Begins with its construction. All must outlive it.
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

  // Of both.
  const base::CallContext& context() const { return context_; }

  // What the end of the work is to be called: a picture that was stopped looks damaged to its
  // decoder. The caller's reasons come first, then that it takes too long, then what was `seen`.
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
