// marquee-gateway: HTTP and WebSocket server for displays, as a separate program.
#include <fmt/format.h>

#include <utility>

#include "libs/app/program.h"
#include "libs/app/version.h"
#include "libs/base/status.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/peer_credentials.h"
#include "services/gateway/gateway_module.h"

namespace {

namespace app = marquee::app;
namespace gateway = marquee::gateway;

class GatewayProgram final : public app::Running {
 public:
  explicit GatewayProgram(std::unique_ptr<gateway::GatewayModule> module)
      : module_(std::move(module)) {}

  absl::Status Start() {
    MARQUEE_ASSIGN_OR_RETURN(address_, module_->Start());
    return absl::OkStatus();
  }
  std::string ready_line() const override {
    return fmt::format("marquee-gateway listening on {}://{}", module_->scheme(), address_);
  }
  bool ready() const override { return module_->ready(); }
  void Drain(absl::Time deadline) override { module_->Drain(deadline); }

 private:
  const std::unique_ptr<gateway::GatewayModule> module_;
  std::string address_;
};

absl::StatusOr<std::unique_ptr<app::Running>> Start(const gateway::GatewaySettings& settings,
                                                    const app::Context& context) {
  MARQUEE_ASSIGN_OR_RETURN(const auto credentials,
                           marquee::rpc::LoadPeerCredentials(settings.mtls(), settings.rpc()));
  gateway::GatewayDeps deps{
      .clock = context.clock,
      .logger = context.logger,
      .log = &context.log,
      .metrics = context.metrics,
      .playlist = marquee::rpc::Connect(settings.backends().playlist(), credentials),
      .imageproc = marquee::rpc::Connect(settings.backends().imageproc(), credentials),
      .devices = marquee::rpc::Connect(settings.backends().devices(), credentials),
      .version = std::string(app::Version()),
      .ops_elsewhere = !settings.ops_listen().empty(),
      .shortage = context.shortage};
  MARQUEE_ASSIGN_OR_RETURN(auto module, gateway::GatewayModule::Create(settings, deps));
  auto program = std::make_unique<GatewayProgram>(std::move(module));
  MARQUEE_RETURN_IF_ERROR(program->Start());
  return program;
}

}  // namespace

int main(int argc, char** argv) {
  gateway::GatewaySettings settings;
  app::ProgramSpec spec;
  spec.name = "marquee-gateway";
  spec.summary = "serves displays over HTTP and WebSocket";
  spec.settings = &settings;
  spec.start = [&settings](const app::Context& context) { return Start(settings, context); };
  return app::RunProgram(argc, argv, spec);
}
