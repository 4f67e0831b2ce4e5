// The one way out of the house: libcurl's multi interface on one thread, with a pool of kept-alive
// connections, HTTP/2 over TLS where offered, and every address checked when it is connected to.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "libs/obs/metrics.h"

namespace marquee::httpc {

class CurlLoop;

// Thread-safe.
class CurlHttpClient final : public HttpClient {
 public:
  struct Options {
    std::string user_agent = "Marquee";                 // `Marquee/<version>`
    absl::Duration connect_timeout = absl::Seconds(5);  // name lookup and TLS included
    absl::Duration max_idle = absl::Seconds(30);        // of a pooled connection
    // More requests to one host wait for a connection.
    long connections_per_host = 10;
    int idle_per_host = 5;  // connections that are kept for the next request
    long connections = 64;  // to all hosts together, in use or idle
    // Requests under way or waiting; one more is refused with kResourceExhausted. Each may hold
    // its body, so this bounds memory as well.
    size_t max_in_flight = 512;
    // For a context without a deadline: no request waits for ever.
    absl::Duration longest = absl::Minutes(5);
  };
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
  };

  // kInternal: libcurl cannot be set up.
  static absl::StatusOr<std::unique_ptr<CurlHttpClient>> Create(Options options, Deps deps);
  ~CurlHttpClient() override;  // cancels what is under way; handlers are told

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler) override;

  // Takes no more requests (kCancelled), lets those under way finish until `deadline`, cancels
  // the rest and ends the thread. Idempotent; not from a handler.
  void Drain(absl::Time deadline);

 private:
  explicit CurlHttpClient(std::unique_ptr<CurlLoop> loop);

  const std::unique_ptr<CurlLoop> loop_;
};

}  // namespace marquee::httpc
