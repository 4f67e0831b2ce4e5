// A circuit breaker a host in front of an HttpClient: a host that is down costs one connect
// deadline a period, not one a request.
//   marquee_upstream_breaker_state{upstream}          the worst of its hosts; 0 closed, 1
//   half-open,
//                                                     2 open
//   marquee_upstream_breaker_opened_total{upstream}   how often one opened
//   marquee_upstream_breaker_refused_total{upstream}  requests that were not sent
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

// Thread-safe. What counts against a host: no connection, no name, no TLS, no HTTP, a reset, a
// deadline that passed, 502, 503 and 504. A connect that took its whole deadline opens it alone. A
// request that is refused ends with kUnavailable (Failure::kBreakerOpen).
class BreakingHttpClient final : public HttpClient {
 public:
  // Hosts that are remembered; the healthy ones are forgotten first.
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

  // The worst of the hosts asked under that name (HttpRequest::upstream).
  BreakerState state(std::string_view upstream) const;

 private:
  class BreakerTable;
  class Watcher;

  HttpClient& inner_;
  const std::shared_ptr<BreakerTable> breakers_;  // shared with requests under way
};

}  // namespace marquee::httpc
