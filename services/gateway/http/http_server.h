// An HTTP/1.1 server over TCP. Everything that a client could make large has a limit. One acceptor
// distributes sockets to the io threads in turn; a connection stays on its thread.
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
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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
    std::string host = "127.0.0.1";  // an address or host name of this machine
    uint16_t port = 4000;            // 0: the system chooses a free port
    std::string name = "public";     // label of the connection metrics: "public", "ops"
    // Including WebSockets. When they are open, a new one closes the oldest waiting one of the
    // client with most connections (connection_table.h), or gets 503.
    size_t max_connections = 10'000;
    // Of max_connections, for addresses for which Deps::is_reserved_address is true.
    size_t reserved_connections = 0;
    // Of one client: an IPv4 address, or a /64 of IPv6, and four times as many of a /48. Further
    // ones get 503 and are closed. 0: no bound.
    size_t max_connections_per_address = 0;
    size_t max_header_bytes = 16 * 1024;                // including the request line: 431
    size_t max_body_bytes = 1024 * 1024;                // 413
    absl::Duration header_timeout = absl::Seconds(10);  // from the first byte to the empty line
    absl::Duration body_timeout = absl::Seconds(30);
    absl::Duration idle_timeout = absl::Seconds(75);  // between requests
    // For a whole response in memory, plus one second per 64 KiB; for each piece of a stream.
    absl::Duration write_timeout = absl::Seconds(30);
  };

  struct Deps {
    IoThreads& io;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    // Called before anything reads the request: applies the X-Forwarded-* fields of trusted
    // proxies. Null: no change.
    std::function<void(Request&)> on_request = nullptr;
    Handler handler;  // an exception is logged and answered with 500
    // Whether many clients come from this peer address, so that it has no bound of its own: a
    // reverse proxy. Null: none does. Called on an io thread.
    std::function<bool(std::string_view ip)> is_shared_address = nullptr;
    // Whether an administrator has recently used this address. Null: none has. Called on an io
    // thread.
    std::function<bool(std::string_view ip)> is_reserved_address = nullptr;
    // A request was answered for an administrator. Called on an io thread. Null: no call.
    std::function<void(const Request&)> on_administrator = nullptr;
    UpgradeHandler* upgrades = nullptr;  // null: an upgrade request is handled as a plain GET
    TlsFront* tls = nullptr;             // null: connections are not encrypted
  };

  HttpServer(Options options, Deps deps);
  ~HttpServer();  // call Drain first if Start succeeded
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds, listens and starts to serve. Returns "host:port" as bound. kFailedPrecondition: the port
  // is in use or the address does not belong to this machine; the message says which. Call once.
  absl::StatusOr<std::string> Start();

  // Closes the listening socket; open connections continue. Idempotent.
  void StopAccepting();

  // Stops accepting, closes idle connections, lets requests in progress finish (with Connection:
  // close) and closes the remaining connections at `deadline`. Returns when no connection is left.
  // Upgraded connections belong to their UpgradeHandler: close those first. Not from an io thread.
  void Drain(absl::Time deadline);

  size_t connections() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace marquee::gateway
