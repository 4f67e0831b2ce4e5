// Terminates TLS in this process, for installations without a reverse proxy. A connection is
// decrypted here and relayed through a pair of local sockets to the HTTP server, which handles
// requests and WebSockets as on a plain connection
// (docs/adr/2026-11-25-terminate-tls-with-an-in-process-relay.md).
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/gateway/http/connection_table.h"

namespace marquee::gateway {

namespace asio = boost::asio;

// Thread-safe. Metrics: marquee_tls_handshake_failures_total, and
// marquee_tls_certificate_expiry_timestamp_seconds of the certificate in use.
class TlsFront {
 public:
  struct Options {
    std::string certificate_file;  // PEM, the server's certificate first, then the chain
    std::string key_file;          // PEM
    absl::Duration handshake_timeout = absl::Seconds(10);
    absl::Duration write_timeout = absl::Seconds(30);  // for each 16 KiB to a slow client
    absl::Duration look_every =
        absl::Seconds(5);  // interval of checks whether the files have changed
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
  };

  // kInvalidArgument: the files cannot be read or do not match; the message says which.
  static absl::StatusOr<std::unique_ptr<TlsFront>> Create(Options options, Deps deps);

  // Performs the TLS handshake with `client` and returns the decrypted end. Bytes are relayed until
  // either side closes. kUnavailable: the handshake failed. Sets the OnEvict function of `place`,
  // which must stay alive during the call. Runs on the thread of `client`.
  asio::awaitable<absl::StatusOr<asio::ip::tcp::socket>> Accept(asio::ip::tcp::socket client,
                                                                ConnectionPlace& place);

 private:
  class Relay;
  using Context = std::shared_ptr<asio::ssl::context>;

  TlsFront(Options options, Deps deps);
  // The context for the current files. If changed files cannot be used, the previous context stays
  // in use and an error is logged.
  Context Present();

  const Options options_;
  const Deps deps_;
  const obs::Counter failures_;
  const obs::Gauge expiry_;
  base::Mutex mutex_;
  Context context_ MARQUEE_GUARDED_BY(mutex_);
  std::string version_ MARQUEE_GUARDED_BY(mutex_);  // of the files that were read last
  absl::Duration looked_ MARQUEE_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
};

}  // namespace marquee::gateway
