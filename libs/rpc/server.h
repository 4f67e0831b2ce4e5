// A gRPC server with what every program of ours has: health per service name, reflection, metrics
// under the names of the grpc-ecosystem, a refused port that fails, and an end that waits.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/tls.h"

namespace marquee::rpc {

// Thread-safe after Start.
class Server {
 public:
  struct Options {
    std::string listen = {};           // host:port, port 0 picks a free one; empty: in-process only
    TlsFiles tls = {};                 // enabled: every caller must show a certificate
    std::vector<PeerRule> peers = {};  // with TLS: who may call what
    // Not empty: every call of a method that no service has is answered UNAVAILABLE with this text,
    // in place of UNIMPLEMENTED. For services that could not start, whose callers should keep
    // trying.
    std::string unavailable = {};
    // Where a second server tells health, in plain text and with nothing else; empty: nowhere.
    std::string health_listen = {};
  };

  // Serves `services`, which outlive the server, as do metrics and clock. kUnavailable: the address
  // is taken or not ours; the message says what to change.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options,
                                                       const std::vector<grpc::Service*>& services,
                                                       obs::Metrics& metrics,
                                                       const base::Clock& clock);
  ~Server();

  // The ports that were bound; 0 when there is none.
  int port() const { return port_; }
  int health_port() const { return health_port_; }

  // To this server without a socket. Usable as long as the server lives.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // What health checks answer, for every service name and for "".
  void SetServing(bool serving);

  // Not serving, takes no new calls, waits for calls in hand until `deadline`, then cancels them.
  // Idempotent.
  void Drain(absl::Time deadline);

 private:
  Server() = default;

  std::vector<std::string> service_names_;
  std::unique_ptr<grpc::CallbackGenericService> unavailable_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::Server> health_server_;
  int port_ = 0;
  int health_port_ = 0;
};

}  // namespace marquee::rpc
