// A gRPC server with the common features of all programs: health per service name, reflection,
// metrics named as in grpc-ecosystem, an error if the port is in use, and graceful shutdown.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/server.h>
#include <grpcpp/support/server_interceptor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/connection_acceptor.h"
#include "libs/rpc/tls.h"

namespace marquee::rpc {

// Thread-safe after Start.
class Server {
 public:
  struct Options {
    std::string listen = {};           // host:port, port 0 picks a free one; empty: in-process only
    TlsFiles tls = {};                 // if enabled, every caller must present a certificate
    std::string shared_secret = {};    // without TLS: every call must carry it; empty: none
    std::vector<PeerRule> peers = {};  // with TLS: which programs may call which methods
    // Not empty: every call of a method of no registered service gets UNAVAILABLE with this text
    // instead of UNIMPLEMENTED. For services that could not start, so that their callers retry.
    std::string unavailable = {};
    // Address of a second server that serves only health checks, without TLS; empty: none.
    std::string health_listen = {};
    // Maximum number of open connections per port; 0: derived from the limit of file descriptors
    // (connection_acceptor.h).
    size_t max_connections = 0;
    // Calls and streams that one connection may have open; more wait at the client. A gateway has a
    // handful of streams and some hundred calls; each open stream takes memory here.
    int max_streams_per_connection = 1024;
    // Optional: an interceptor of all calls, beside that of the metrics.
    std::function<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>()>
        make_interceptor = {};
    // Logs when the server begins and stops refusing connections; null: it does not. Must outlive
    // the server.
    obs::Logger* logger = nullptr;
  };

  // Serves `services`, which must outlive the server, as must metrics and clock. kUnavailable: the
  // address is in use or not local; the message names the setting to change.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options,
                                                       const std::vector<grpc::Service*>& services,
                                                       obs::Metrics& metrics,
                                                       const base::Clock& clock);
  ~Server();

  // The bound ports; 0: none.
  int port() const { return acceptor_ ? acceptor_->port() : 0; }
  int health_port() const { return health_acceptor_ ? health_acceptor_->port() : 0; }

  // A channel to this server without a socket. Usable as long as the server lives.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Sets the result of health checks, for every service name and for "".
  void SetServing(bool serving);

  // Sets not serving, rejects new calls, waits for calls in progress until `deadline`, then cancels
  // them. Idempotent.
  void Drain(absl::Time deadline);

 private:
  Server() = default;

  std::vector<std::string> service_names_;
  std::unique_ptr<grpc::CallbackGenericService> unavailable_;
  std::unique_ptr<ConnectionAcceptor> acceptor_;
  std::unique_ptr<ConnectionAcceptor> health_acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::Server> health_server_;
};

}  // namespace marquee::rpc
