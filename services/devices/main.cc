// marquee-devices: the registry of displays, as a program of its own.
#include "libs/app/program.h"
#include "libs/base/status.h"
#include "libs/rpc/rpc_program.h"
#include "services/devices/devices_module.h"

int main(int argc, char** argv) {
  namespace app = marquee::app;
  namespace devices = marquee::devices;
  // The playlist service watches the sources that people add.
  const std::vector<marquee::rpc::PeerRule> peers{
      {"/marquee.devices.v1.SettingsService/", {"marquee-gateway", "marquee-playlist"}},
      {"/", {"marquee-gateway"}}};
  devices::DevicesSettings settings;
  app::ProgramSpec spec;
  spec.name = "marquee-devices";
  spec.summary = "knows every display and tells it what to do";
  spec.settings = &settings;
  spec.start = [&](const app::Context& context) -> absl::StatusOr<std::unique_ptr<app::Running>> {
    devices::DevicesModule::Deps deps{
        .clock = context.clock, .logger = context.logger, .metrics = context.metrics};
    MARQUEE_ASSIGN_OR_RETURN(auto module, devices::DevicesModule::Create(settings, deps));
    return marquee::rpc::RpcProgram<devices::DevicesModule>::Start(
        spec.name, settings.listen(), settings.mtls(), peers, std::move(module), context);
  };
  return app::RunProgram(argc, argv, spec);
}
