// State of one circuit breaker: whether requests to a host that has failed are allowed. Pure; the
// time is a parameter.
#pragma once

#include <absl/time/time.h>

namespace marquee::httpc {

enum class BreakerState {
  kClosed,    // requests are allowed
  kHalfOpen,  // one request at a time is allowed, to probe the host
  kOpen,      // no request is allowed
};

// Not thread-safe.
class Breaker {
 public:
  struct Options {
    int failures = 5;  // consecutive failures that open it
    // How long it stays open; doubles with each failed probe.
    absl::Duration first_open = absl::Seconds(10);
    absl::Duration longest_open = absl::Minutes(2);
  };
  enum class Admission { kRefused, kPassed, kProbe };

  explicit Breaker(const Options& options) : options_(options) {}

  // Whether a request may begin. `now` is a monotonic time. After kPassed or kProbe the caller must
  // report the outcome.
  Admission Admit(absl::Duration now);
  void Succeeded(Admission admission);
  // `costly`: the request took the whole connect timeout, and so would every other: opens at once.
  void Failed(Admission admission, bool costly, absl::Duration now);
  // The request ended for a reason that says nothing about the host.
  void Abandoned(Admission admission);

  BreakerState state(absl::Duration now) const;
  // Time until the next probe; zero if one may begin now.
  absl::Duration RetryIn(absl::Duration now) const;

 private:
  void Open(absl::Duration now);

  const Options options_;
  int failures_ = 0;                                // consecutive, while closed
  absl::Duration open_for_ = absl::ZeroDuration();  // zero: closed
  absl::Duration open_until_ = absl::ZeroDuration();
  bool probing_ = false;
};

}  // namespace marquee::httpc
