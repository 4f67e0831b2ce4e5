// Whether a host that has failed is to be asked: the state of one circuit breaker. Pure; time is
// handed in.
#pragma once

#include <absl/time/time.h>

namespace marquee::httpc {

enum class BreakerState {
  kClosed,    // requests pass
  kHalfOpen,  // one at a time passes, to see whether the host is back
  kOpen,      // none passes
};

// For one thread at a time.
class Breaker {
 public:
  struct Options {
    int failures = 5;  // in a row, until it opens
    // How long it stays open; doubles with each probe that fails.
    absl::Duration first_open = absl::Seconds(10);
    absl::Duration longest_open = absl::Minutes(2);
  };
  enum class Admission { kRefused, kPassed, kProbe };

  explicit Breaker(const Options& options) : options_(options) {}

  // May a request begin? `now` is a monotonic time. Whoever got kPassed or kProbe says how it
  // ended.
  Admission Admit(absl::Duration now);
  void Succeeded(Admission admission);
  // `costly`: it cost a connect deadline, and so would every other request: opens at once.
  void Failed(Admission admission, bool costly, absl::Duration now);
  // It ended for a reason that says nothing about the host.
  void Abandoned(Admission admission);

  BreakerState state(absl::Duration now) const;
  // Until the next probe; zero when one may begin.
  absl::Duration RetryIn(absl::Duration now) const;

 private:
  void Open(absl::Duration now);

  const Options options_;
  int failures_ = 0;                                // in a row, while closed
  absl::Duration open_for_ = absl::ZeroDuration();  // zero: closed
  absl::Duration open_until_ = absl::ZeroDuration();
  bool probing_ = false;
};

}  // namespace marquee::httpc
