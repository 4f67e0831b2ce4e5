// HTTP/1.1 over TCP: bounded in everything a stranger could make large. One acceptor hands sockets
// to the io threads in turn; a connection stays on its thread.
//
//   HttpServer server(options, {io, clock, logger, metrics, handler, &upgrades});
//   auto address = server.Start();          // "127.0.0.1:4000"
//   …
//   server.StopAccepting();  server.Drain(deadline);
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/gateway/async/io_threads.h"
#include "services/gateway/http/message.h"
#include "services/gateway/http/tls_front.h"
#include "services/gateway/http/upgrade.h"

namespace marquee::gateway {

class HttpServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";       // an address or a name of this machine
    uint16_t port = 4000;                 // 0 picks a free one
    std::string name = "public";          // label of the connection metrics: "public", "ops"
    size_t max_connections = 10'000;      // WebSockets included; more are answered 503 and closed
    size_t max_header_bytes = 16 * 1024;  // request line included: 431
    size_t max_body_bytes = 1024 * 1024;  // 413
    absl::Duration header_timeout = absl::Seconds(10);  // from the first byte to the empty line
    absl::Duration body_timeout = absl::Seconds(30);
    absl::Duration idle_timeout = absl::Seconds(75);  // between requests
    // For a whole answer in memory, plus a second per 64 KiB; for each piece of a stream.
    absl::Duration write_timeout = absl::Seconds(30);
  };

  struct Deps {
    IoThreads& io;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    // Completes a request before anything looks at it: what proxies say of it. Null: nothing.
    std::function<void(Request&)> on_request = nullptr;
    Handler handler;                     // an exception from it is logged and answered 500
    UpgradeHandler* upgrades = nullptr;  // none: an upgrade request is a plain GET
    TlsFront* tls = nullptr;             // none: connections are plain
  };

  HttpServer(Options options, Deps deps);
  ~HttpServer();  // Drain first if Start succeeded
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds and listens, then serves; returns "host:port" as bound. kFailedPrecondition: the port is
  // taken, or the address is not of this machine; the message says which. Once.
  absl::StatusOr<std::string> Start();

  // Closes the listening socket; connections go on. Idempotent.
  void StopAccepting();

  // Stops accepting, closes idle connections, lets requests in hand finish (answered with
  // Connection: close) and cuts what is left at `deadline`. Returns when no connection is left.
  // Upgraded connections are whoever's took them: end those first. Not from an io thread.
  void Drain(absl::Time deadline);

  size_t connections() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace marquee::gateway
