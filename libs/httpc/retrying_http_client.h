// Retries GET and HEAD requests after transient failures: responses 408, 429, 500, 502, 503 and
// 504, and connections that broke before the response began. The wait is a random part of an
// exponentially growing time, or the time in Retry-After, and never exceeds the deadline of the
// request. A retry budget limits the number of retries, so that retries do not add load to an
// overloaded server.
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
    int attempts = 3;  // in total; 1: no retries
    absl::Duration first_wait =
        absl::Milliseconds(400);  // maximum of the first wait; doubles with each attempt
    absl::Duration longest_wait = absl::Seconds(5);
    // If Retry-After is longer than this, the request is not retried.
    absl::Duration longest_retry_after = absl::Seconds(30);
    // Retry budget per upstream: the share of requests that may be retries, and the burst allowed
    // initially.
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

  // Deps must outlive it. `delays` must outlive the work that is waiting in it.
  RetryingHttpClient(const Options& options, Deps deps);
  ~RetryingHttpClient() override;

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler) override;

 private:
  class Attempts;
  class Policy;

  const std::shared_ptr<Policy> policy_;  // shared with requests in progress
};

}  // namespace marquee::httpc
