// A circuit breaker per host around an HttpClient: a host that is down costs one connect timeout
// per open period instead of one per request.
// clang-format off
//   marquee_upstream_breaker_state{upstream}          worst state of its hosts: 0 closed,
//                                                     1 half-open, 2 open
//   marquee_upstream_breaker_opened_total{upstream}   how often a breaker opened
//   marquee_upstream_breaker_refused_total{upstream}  requests that were not sent
// clang-format on
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/httpc/breaker.h"
#include "libs/httpc/http_client.h"
#include "libs/obs/metrics.h"

namespace marquee::httpc {

// Thread-safe. These count as failures of a host: no connection, DNS failure, TLS failure, no HTTP,
// a reset, an exceeded deadline, and status 502, 503 and 504. A connect that took its whole timeout
// opens the breaker alone. A rejected request ends with kUnavailable (Failure::kBreakerOpen).
class BreakingHttpClient final : public HttpClient {
 public:
  // Maximum number of hosts in the table; those with a closed breaker are removed first.
  static constexpr size_t kMaxHosts = 256;

  struct Deps {
    HttpClient& inner;
    const base::Clock& clock;
    obs::Metrics& metrics;
  };

  // Deps must outlive it.
  BreakingHttpClient(const Breaker::Options& options, const Deps& deps);
  ~BreakingHttpClient() override;

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler) override;

  // The worst state of the hosts of an upstream (HttpRequest::upstream).
  BreakerState state(std::string_view upstream) const;

 private:
  class BreakerTable;
  class Watcher;

  HttpClient& inner_;
  const std::shared_ptr<BreakerTable> breakers_;  // shared with requests in progress
};

}  // namespace marquee::httpc
