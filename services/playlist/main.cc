// marquee-playlist: the playlist service as a separate program.
#include <optional>
#include <string>

#include "libs/app/program.h"
#include "libs/app/rpc_program.h"
#include "libs/base/status.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/peer_credentials.h"
#include "libs/rpc/shared_secret.h"
#include "services/playlist/playlist_module.h"
#include "services/playlist/sources_config/fetch_once.h"

int main(int argc, char** argv) {
  namespace app = marquee::app;
  namespace playlist = marquee::playlist;
  // Allowed methods per peer, by the name in its certificate.
  const std::vector<marquee::rpc::PeerRule> peers{
      {"/marquee.playlist.v1.ArtworkService/ReportPlaceholders", {"marquee-imageproc"}},
      {"/marquee.playlist.v1.ArtworkService/", {"marquee-imageproc", "marquee-gateway"}},
      {"/marquee.playlist.v1.PlaylistService/", {"marquee-gateway", "marquee-playlist"}},
      {"/", {"marquee-gateway"}}};
  playlist::PlaylistSettings settings;
  app::ProgramSpec spec;
  spec.name = "marquee-playlist";
  spec.summary = "reads media servers and folders into one playlist";
  spec.settings = &settings;
  spec.flags = {{.name = "fetch-once",
                 .value = "SOURCE",
                 .help = "read one source once, print its titles and exit"}};
  spec.in_place = [&](const app::Context& context) -> absl::StatusOr<std::optional<std::string>> {
    if (!context.flags.has("fetch-once")) return std::nullopt;
    return playlist::FetchOnce(settings, context.flags.value("fetch-once"),
                               {context.clock, context.logger, context.metrics});
  };
  spec.adjust = [&settings](const app::CommandLine&) {
    return marquee::rpc::CheckListen(settings.listen(), settings.mtls(), settings.rpc());
  };
  spec.start = [&](const app::Context& context) -> absl::StatusOr<std::unique_ptr<app::Running>> {
    MARQUEE_ASSIGN_OR_RETURN(const auto credentials,
                             marquee::rpc::LoadPeerCredentials(settings.mtls(), settings.rpc()));
    const std::string& address = settings.backends().devices();
    const auto devices = address.empty() ? nullptr : marquee::rpc::Connect(address, credentials);
    const playlist::PlaylistModule::Deps deps{.clock = context.clock,
                                              .logger = context.logger,
                                              .metrics = context.metrics,
                                              .files = context.files,
                                              .devices = devices};
    MARQUEE_ASSIGN_OR_RETURN(auto module, playlist::PlaylistModule::Create(settings, deps));
    return marquee::app::RpcProgram<playlist::PlaylistModule>::Start(
        spec.name, settings, credentials, peers, std::move(module), context);
  };
  return app::RunProgram(argc, argv, spec);
}
