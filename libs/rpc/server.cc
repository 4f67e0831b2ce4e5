#include "libs/rpc/server.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/server_metrics.h"
#include "libs/rpc/shared_secret.h"

namespace marquee::rpc {
namespace {

// Records the names of the services registered with a builder: health is reported per name, and
// grpc::Service does not expose its names.
class ServiceNames final : public grpc::ServerBuilderPlugin {
 public:
  explicit ServiceNames(std::vector<std::string>& names) : names_(names) {}
  std::string name() override { return "marquee.service_names"; }
  void InitServer(grpc::ServerInitializer* initializer) override {}
  void Finish(grpc::ServerInitializer* initializer) override {
    names_ = *initializer->GetServiceList();
  }
  void ChangeArguments(const std::string& name, void* value) override {}

 private:
  std::vector<std::string>& names_;
};

class WithServiceNames final : public grpc::ServerBuilderOption {
 public:
  explicit WithServiceNames(std::vector<std::string>& names) : names_(names) {}
  void UpdateArguments(grpc::ChannelArguments* arguments) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<ServiceNames>(names_));
  }

 private:
  std::vector<std::string>& names_;
};

class RejectedCall final : public grpc::ServerGenericBidiReactor {
 public:
  explicit RejectedCall(const std::string& why) {
    Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, why));
  }
  void OnDone() override { delete this; }
};

class UnavailableService final : public grpc::CallbackGenericService {
 public:
  explicit UnavailableService(std::string why) : why_(std::move(why)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new RejectedCall(why_);
  }

 private:
  const std::string why_;
};

void ConfigureLibrary() {
  // gRPC logs to standard error in its own format, several lines for a port in use. Relevant errors
  // are returned as a status; a program that fails to start prints one line.
  gpr_set_log_function([](gpr_log_func_args*) {});
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
}

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const Server::Options& options,
                                                       obs::Metrics& metrics) {
  if (!options.tls.enabled()) return PlainServerCredentials(options.shared_secret, metrics);
  std::vector<PeerRule> rules = options.peers;
  return MutualServerCredentials(options.tls, std::move(rules));
}

// `setting`: what to change where it cannot be.
absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> ListenOn(const std::string& listen,
                                                             const std::string& name,
                                                             std::string_view setting,
                                                             const Server::Options& options,
                                                             obs::Metrics& metrics) {
  auto acceptor = ConnectionAcceptor::Listen(
      {.listen = listen, .name = name, .max_connections = options.max_connections}, metrics,
      options.logger);
  if (acceptor.ok()) return acceptor;
  return absl::UnavailableError(
      fmt::format("cannot listen on {}: the port is in use or the address is not local "
                  "({}); set `{}` to another",
                  listen, base::MessageOf(acceptor.status()), setting));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options,
                                                      const std::vector<grpc::Service*>& services,
                                                      obs::Metrics& metrics,
                                                      const base::Clock& clock) {
  static const bool configured = (ConfigureLibrary(), true);
  (void)configured;
  if (options.tls.enabled()) {
    if (absl::Status files = CheckTlsFiles(options.tls); !files.ok()) return files;
  }
  auto server = std::unique_ptr<Server>(new Server);
  grpc::ServerBuilder builder;
  // Clients ping every 20 s, also without calls; with the default the server would close the
  // connection.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.SetOption(std::make_unique<WithServiceNames>(server->service_names_));
  if (!options.listen.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(server->acceptor_,
                             ListenOn(options.listen, "grpc", "listen", options, metrics));
    server->acceptor_->AddTo(builder, CredentialsOf(options, metrics));
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  if (!options.unavailable.empty()) {
    server->unavailable_ = std::make_unique<UnavailableService>(options.unavailable);
    builder.RegisterCallbackGenericService(server->unavailable_.get());
  }
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(MakeServerMetrics(metrics, clock));
  if (options.make_interceptor) interceptors.push_back(options.make_interceptor());
  builder.experimental().SetInterceptorCreators(std::move(interceptors));

  server->server_ = builder.BuildAndStart();
  if (!server->server_) return absl::InternalError("gRPC did not start the server");
  if (!options.health_listen.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(
        server->health_acceptor_,
        ListenOn(options.health_listen, "health", "mtls.health_listen", options, metrics));
    grpc::ServerBuilder health;
    server->health_acceptor_->AddTo(health, grpc::InsecureServerCredentials());
    server->health_server_ = health.BuildAndStart();
    if (!server->health_server_) return absl::InternalError("gRPC did not start the server");
    server->health_acceptor_->Start();
  }
  server->SetServing(true);
  if (server->acceptor_) server->acceptor_->Start();
  return server;
}

Server::~Server() { Drain(absl::Now()); }

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

void Server::SetServing(bool serving) {
  for (const auto* server : {&server_, &health_server_}) {
    if (*server == nullptr) continue;
    auto* health = (*server)->GetHealthCheckService();
    health->SetServingStatus(serving);
    for (const std::string& name : service_names_) health->SetServingStatus(name, serving);
  }
}

void Server::Drain(absl::Time deadline) {
  if (!server_) return;
  SetServing(false);
  if (acceptor_) acceptor_->Stop();
  server_->Shutdown(absl::ToChronoTime(deadline));
  server_->Wait();
  server_.reset();
  // Last, so that a probe sees the drain.
  if (health_server_) {
    health_acceptor_->Stop();
    health_server_->Shutdown(absl::ToChronoTime(absl::Now()));
    health_server_->Wait();
    health_server_.reset();
  }
}

}  // namespace marquee::rpc
