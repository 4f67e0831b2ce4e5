// How many of the calls to a backend may be made again. Each call earns a fifth of a repeat, up
// to ten; so a backend that is away is asked a fifth more often than otherwise, and never twice.
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
    double most = 10;  // also what there is at the start
    // How long the repeat waits for the connection to come back: as long as a service takes to be
    // restarted, and no longer than somebody in front of a page bears.
    absl::Duration wait = absl::Milliseconds(500);
  };

  RetryBudget(const Options& options, obs::Metrics& metrics, const std::string& service);

  absl::Duration wait() const { return options_.wait; }
  // A call begins.
  void Earn();
  // Whether one that failed may be made again; takes a repeat.
  bool Take();

 private:
  const Options options_;
  const obs::Counter retried_;
  const obs::Counter refused_;
  base::Mutex mutex_;
  double left_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
