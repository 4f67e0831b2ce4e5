// marquee-devices: the registry of displays as a separate program.
#include <cstdlib>
#include <string>

#include "libs/app/program.h"
#include "libs/app/rpc_program.h"
#include "libs/base/status.h"
#include "libs/rpc/peer_credentials.h"
#include "libs/rpc/shared_secret.h"
#include "services/devices/devices_module.h"
#include "services/devices/devices_upkeep_module.h"

int main(int argc, char** argv) {
  // Called before there are threads, so that reading the environment is safe.
  const auto environment = [](const std::string& name) {
    const char* const value = getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return std::string(value != nullptr ? value : "");
  };
  if (const auto done = marquee::devices::RunUpkeep(argc, argv, environment)) return *done;
  namespace app = marquee::app;
  namespace devices = marquee::devices;
  // The playlist service watches the sources document; SettingsService itself checks which
  // documents it may read.
  const std::vector<marquee::rpc::PeerRule> peers{
      {"/marquee.devices.v1.SettingsService/WatchSettings",
       {"marquee-gateway", "marquee-playlist"}},
      {"/", {"marquee-gateway"}}};
  devices::DevicesSettings settings;
  app::ProgramSpec spec;
  spec.name = "marquee-devices";
  spec.summary = "stores displays and their settings, and sends them commands";
  spec.settings = &settings;
  spec.flags = {{.name = "forget-secrets",
                 .help = "start with a new secrets.key if the old one is lost: stored tokens, "
                         "passwords and second factors are erased"}};
  spec.adjust = [&settings](const app::CommandLine&) {
    return marquee::rpc::CheckListen(settings.listen(), settings.mtls(), settings.rpc());
  };
  spec.start = [&](const app::Context& context) -> absl::StatusOr<std::unique_ptr<app::Running>> {
    MARQUEE_ASSIGN_OR_RETURN(const auto credentials,
                             marquee::rpc::LoadPeerCredentials(settings.mtls(), settings.rpc()));
    devices::DevicesModule::Deps deps{.clock = context.clock,
                                      .logger = context.logger,
                                      .metrics = context.metrics,
                                      .files = context.files,
                                      .forget_secrets = context.flags.has("forget-secrets")};
    MARQUEE_ASSIGN_OR_RETURN(auto module, devices::DevicesModule::Create(settings, deps));
    return marquee::app::RpcProgram<devices::DevicesModule>::Start(
        spec.name, settings, credentials, peers, std::move(module), context);
  };
  return app::RunProgram(argc, argv, spec);
}
