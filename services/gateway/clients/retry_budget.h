// Retry budget of a backend: each call adds a fifth of a retry, up to ten. An unavailable backend
// gets at most 20 % more calls, and no call is retried twice.
#pragma once

#include <absl/time/time.h>

#include <string>

#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"

namespace marquee::gateway {

// Thread-safe. Metric: marquee_gateway_rpc_retries_total{service,result}; result: retried, refused.
class RetryBudget {
 public:
  struct Options {
    double earned_a_call = 0.2;
    double most = 10;  // also the initial budget
    // How long a retry waits for the connection to come back: about as long as a service takes to
    // restart, and short enough for a user who waits for a page.
    absl::Duration wait = absl::Milliseconds(500);
  };

  RetryBudget(const Options& options, obs::Metrics& metrics, const std::string& service);

  absl::Duration wait() const { return options_.wait; }
  // Adds to the budget; called once per call.
  void Earn();
  // Takes one retry; false: the budget is exhausted.
  bool Take();

 private:
  const Options options_;
  const obs::Counter retried_;
  const obs::Counter refused_;
  base::Mutex mutex_;
  double left_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
