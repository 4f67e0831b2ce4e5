// Asks again what failed in passing: GET and HEAD that were answered with 408, 429, 500, 502, 503
// or 504, or whose connection broke before the answer began. Waits a random part of a growing time,
// or as long as Retry-After says, and never beyond the deadline of the request. How much is asked
// again is bounded by a budget, so that a server in trouble is not troubled more.
//   marquee_upstream_retries_total{upstream,result}   result: retried, no_budget
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <memory>

#include "libs/base/clock.h"
#include "libs/httpc/delays.h"
#include "libs/httpc/http_client.h"
#include "libs/obs/metrics.h"

namespace marquee::httpc {

// Thread-safe.
class RetryingHttpClient final : public HttpClient {
 public:
  struct Options {
    int attempts = 3;                                     // in all; 1: nothing is repeated
    absl::Duration first_wait = absl::Milliseconds(400);  // at most; doubles with each attempt
    absl::Duration longest_wait = absl::Seconds(5);
    // A server that wants longer is taken by its word and not waited for.
    absl::Duration longest_retry_after = absl::Seconds(30);
    // Of the requests of an upstream, this part may be repeats; so many at once before that counts.
    double budget_ratio = 0.1;
    double budget_burst = 10;
  };
  struct Deps {
    HttpClient& inner;
    Delays& delays;
    const base::Clock& clock;
    obs::Metrics& metrics;
    std::function<double()> random;  // [0, 1); thread-safe
  };

  // Deps must outlive it, and `delays` what it still holds of ours.
  RetryingHttpClient(const Options& options, Deps deps);
  ~RetryingHttpClient() override;

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler) override;

 private:
  class Attempts;
  class Policy;

  const std::shared_ptr<Policy> policy_;  // shared with requests under way
};

}  // namespace marquee::httpc
