// TLS of our own, for those who have no proxy in front of us. A connection is decrypted here and
// passed on, through a pair of local sockets, as the plain one that everything behind knows:
// requests and WebSockets alike (docs/adr/2026-11-25-terminate-tls-with-an-in-process-relay.md).
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

namespace marquee::gateway {

namespace asio = boost::asio;

// Thread-safe. Metric: marquee_tls_handshake_failures_total.
class TlsFront {
 public:
  struct Options {
    std::string certificate_file;  // PEM, with the chain, own certificate first
    std::string key_file;          // PEM
    absl::Duration handshake_timeout = absl::Seconds(10);
    absl::Duration write_timeout = absl::Seconds(30);  // for each 16 KiB to a slow client
    absl::Duration look_every = absl::Seconds(5);      // whether the files have changed
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
  };

  // kInvalidArgument: the files cannot be read or do not belong together; the message says which.
  static absl::StatusOr<std::unique_ptr<TlsFront>> Create(Options options, Deps deps);

  // Shakes hands with `client` and returns the plain end. Bytes are passed on until either side
  // closes. kUnavailable: no handshake came about. Runs on the thread of `client`.
  asio::awaitable<absl::StatusOr<asio::ip::tcp::socket>> Accept(asio::ip::tcp::socket client);

 private:
  class Relay;
  using Context = std::shared_ptr<asio::ssl::context>;

  TlsFront(Options options, Deps deps);
  // The context of the files as they are. One that has changed for the worse keeps the old one in
  // use, and is logged.
  Context Present();

  const Options options_;
  const Deps deps_;
  const obs::Counter failures_;
  base::Mutex mutex_;
  Context context_ MARQUEE_GUARDED_BY(mutex_);
  std::string version_ MARQUEE_GUARDED_BY(mutex_);  // of the files that were read last
  absl::Duration looked_ MARQUEE_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
};

}  // namespace marquee::gateway
