#include "libs/httpc/breaker.h"

#include <algorithm>

namespace marquee::httpc {

BreakerState Breaker::state(absl::Duration now) const {
  if (open_for_ == absl::ZeroDuration()) return BreakerState::kClosed;
  return now < open_until_ ? BreakerState::kOpen : BreakerState::kHalfOpen;
}

absl::Duration Breaker::RetryIn(absl::Duration now) const {
  return std::max(open_until_ - now, absl::ZeroDuration());
}

Breaker::Admission Breaker::Admit(absl::Duration now) {
  switch (state(now)) {
    case BreakerState::kClosed:
      return Admission::kPassed;
    case BreakerState::kOpen:
      return Admission::kRefused;
    case BreakerState::kHalfOpen:
      break;
  }
  if (probing_) return Admission::kRefused;
  probing_ = true;
  return Admission::kProbe;
}

void Breaker::Succeeded(Admission admission) {
  if (admission == Admission::kProbe) {
    probing_ = false;
    open_for_ = absl::ZeroDuration();
  }
  failures_ = 0;
}

void Breaker::Failed(Admission admission, bool costly, absl::Duration now) {
  if (admission == Admission::kProbe) {
    probing_ = false;
    Open(now);
    return;
  }
  // Requests sent before it opened may still fail; they do not extend the open period.
  if (open_for_ != absl::ZeroDuration()) return;
  if (++failures_ >= options_.failures || costly) Open(now);
}

void Breaker::Abandoned(Admission admission) {
  if (admission == Admission::kProbe) probing_ = false;
}

void Breaker::Open(absl::Duration now) {
  open_for_ = open_for_ == absl::ZeroDuration() ? options_.first_open
                                                : std::min(2 * open_for_, options_.longest_open);
  open_until_ = now + open_for_;
  failures_ = 0;
}

}  // namespace marquee::httpc
