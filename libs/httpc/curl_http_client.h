// The HTTP client of all outgoing requests: libcurl's multi interface on one thread, with a pool of
// kept-alive connections, HTTP/2 over TLS where offered, and a check of every address when it is
// connected to.
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
    absl::Duration connect_timeout = absl::Seconds(5);  // including DNS lookup and TLS handshake
    absl::Duration max_idle = absl::Seconds(30);        // of a pooled connection
    // Further requests to the host wait for a connection.
    long connections_per_host = 10;
    int idle_per_host = 5;  // idle connections kept per host
    long connections = 64;  // to all hosts, in use or idle
    // Maximum number of requests in progress or waiting; further ones fail with kResourceExhausted.
    // Each may hold its body, so this bounds memory as well.
    size_t max_in_flight = 512;
    // Deadline of a request whose context has none.
    absl::Duration longest = absl::Minutes(5);
  };
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
  };

  // kInternal: libcurl cannot be set up.
  static absl::StatusOr<std::unique_ptr<CurlHttpClient>> Create(Options options, Deps deps);
  ~CurlHttpClient() override;  // cancels requests in progress; their handlers are called

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler) override;

  // Rejects new requests (kCancelled), lets those in progress finish until `deadline`, cancels the
  // rest and joins the thread. Idempotent; not from a handler.
  void Drain(absl::Time deadline);

 private:
  explicit CurlHttpClient(std::unique_ptr<CurlLoop> loop);

  const std::unique_ptr<CurlLoop> loop_;
};

}  // namespace marquee::httpc
