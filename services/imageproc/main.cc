// marquee-imageproc: the image service as a separate program.
#include "libs/app/program.h"
#include "libs/app/rpc_program.h"
#include "libs/base/status.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/peer_credentials.h"
#include "libs/rpc/shared_secret.h"
#include "services/imageproc/imageproc_module.h"

int main(int argc, char** argv) {
  namespace app = marquee::app;
  namespace imageproc = marquee::imageproc;
  const std::vector<marquee::rpc::PeerRule> peers{{"/", {"marquee-gateway"}}};
  imageproc::ImageprocSettings settings;
  app::ProgramSpec spec;
  spec.name = "marquee-imageproc";
  spec.summary = "resizes and compresses images for each display";
  spec.settings = &settings;
  spec.adjust = [&settings](const app::CommandLine&) {
    return marquee::rpc::CheckListen(settings.listen(), settings.mtls(), settings.rpc());
  };
  spec.start = [&](const app::Context& context) -> absl::StatusOr<std::unique_ptr<app::Running>> {
    MARQUEE_ASSIGN_OR_RETURN(const auto credentials,
                             marquee::rpc::LoadPeerCredentials(settings.mtls(), settings.rpc()));
    imageproc::ImageprocModule::Deps deps{
        .clock = context.clock,
        .logger = context.logger,
        .metrics = context.metrics,
        .files = context.files,
        .playlist = marquee::rpc::Connect(settings.backends().playlist(), credentials)};
    MARQUEE_ASSIGN_OR_RETURN(auto module, imageproc::ImageprocModule::Create(settings, deps));
    return marquee::app::RpcProgram<imageproc::ImageprocModule>::Start(
        spec.name, settings, credentials, peers, std::move(module), context);
  };
  return app::RunProgram(argc, argv, spec);
}
