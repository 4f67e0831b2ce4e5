// A token bucket with a burst and a rate per second, for one sender on one thread.
#pragma once

#include <absl/time/time.h>

#include <algorithm>

namespace marquee::gateway {

class TokenBucket {
 public:
  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  // Whether one more event is allowed at `now` (of a monotonic clock).
  bool Take(absl::Duration now) {
    tokens_ = std::min(burst_, tokens_ + absl::ToDoubleSeconds(now - last_) * per_second_);
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  const double per_second_;
  const double burst_;
  double tokens_;
  absl::Duration last_ = absl::ZeroDuration();
};

}  // namespace marquee::gateway
