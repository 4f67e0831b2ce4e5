// A program that consists of one module behind one gRPC server: the common part of the mains of
// playlist, imageproc and devices. A module has
//   std::vector<grpc::Service*> services();
//   absl::Status Start();
//   void Drain(absl::Time deadline);   and kDrainOrder (drain.h)
// and may have MakeInterceptor(), for Server::Options::make_interceptor.
#pragma once

#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/app/program.h"
#include "libs/base/status.h"
#include "libs/config/values.h"
#include "libs/rpc/drain.h"
#include "libs/rpc/peer_credentials.h"
#include "libs/rpc/server.h"
#include "libs/rpc/shared_secret.h"

namespace marquee::app {

template <class Module>
class RpcProgram final : public Running {
 public:
  // `settings`: of the program, with `listen`, `mtls` and `rpc`. `credentials`: loaded from them.
  // `peers`: which programs may call which methods, with mTLS. Errors are those of CheckListen, of
  // the module's Start and of Server::Start.
  template <class Settings>
  static absl::StatusOr<std::unique_ptr<Running>> Start(std::string name, const Settings& settings,
                                                        const rpc::PeerCredentials& credentials,
                                                        const std::vector<rpc::PeerRule>& peers,
                                                        std::unique_ptr<Module> module,
                                                        const Context& context) {
    MARQUEE_RETURN_IF_ERROR(rpc::CheckListen(settings.listen(), settings.mtls(), settings.rpc()));
    MARQUEE_ASSIGN_OR_RETURN(config::HostPort address, config::ParseHostPort(settings.listen()));
    MARQUEE_RETURN_IF_ERROR(module->Start());
    rpc::Server::Options options{.listen = address.ToString(),
                                 .tls = credentials.tls,
                                 .shared_secret = credentials.shared_secret,
                                 .peers = peers,
                                 .health_listen = settings.mtls().health_listen(),
                                 .logger = &context.logger};
    if constexpr (requires { module->MakeInterceptor(); }) {
      options.make_interceptor = [&module] { return module->MakeInterceptor(); };
    }
    MARQUEE_ASSIGN_OR_RETURN(auto server, rpc::Server::Start(options, module->services(),
                                                             context.metrics, context.clock));
    address.port = static_cast<uint16_t>(server->port());
    return std::unique_ptr<Running>(
        new RpcProgram(fmt::format("{} listening on grpc://{}", name, address.ToString()),
                       std::move(module), std::move(server)));
  }

  std::string ready_line() const override { return ready_line_; }

  void SetServing(bool serving) override { server_->SetServing(serving); }

  void Drain(absl::Time deadline) override { rpc::DrainBoth(*module_, *server_, deadline); }

 private:
  RpcProgram(std::string ready_line, std::unique_ptr<Module> module,
             std::unique_ptr<rpc::Server> server)
      : ready_line_(std::move(ready_line)),
        module_(std::move(module)),
        server_(std::move(server)) {}

  const std::string ready_line_;
  const std::unique_ptr<Module> module_;
  const std::unique_ptr<rpc::Server> server_;  // after the module, whose services it calls
};

}  // namespace marquee::app
