#include "services/gateway/gateway_clients.h"

#include <utility>

#include "services/gateway/http/random_id.h"

namespace marquee::gateway {
namespace {

RegistryStreamClient::Options RegistryStreamOptions(const base::Clock& clock) {
  RegistryStreamClient::Options options;
  // A gateway keeps no state, so each start counts as a new gateway.
  options.gateway_id = RandomUuid();
  options.epoch = absl::ToUnixMillis(clock.Now());
  return options;
}

}  // namespace

GatewayClients::GatewayClients(const GatewayDeps& deps, IoThreads& io,
                               std::function<void()> on_version)
    : playlist_retries({}, deps.metrics, "playlist"),
      image_retries({}, deps.metrics, "imageproc"),
      device_retries({}, deps.metrics, "devices"),
      playlist({}, {.channel = deps.playlist,
                    .io = io.context(0),
                    .clock = deps.clock,
                    .logger = deps.logger,
                    .metrics = deps.metrics,
                    .on_version = std::move(on_version)}),
      catalog({}, {.channel = deps.playlist, .clock = deps.clock, .retries = playlist_retries}),
      artwork({}, {.channel = deps.playlist, .clock = deps.clock}),
      images({}, {.channel = deps.imageproc, .clock = deps.clock}),
      image_tiers({}, {.channel = deps.imageproc, .clock = deps.clock, .retries = image_retries}),
      devices({}, {.channel = deps.devices, .clock = deps.clock, .retries = device_retries}),
      registry_stream(RegistryStreamOptions(deps.clock), {.channel = deps.devices,
                                                          .io = io.context(0),
                                                          .clock = deps.clock,
                                                          .logger = deps.logger,
                                                          .metrics = deps.metrics}),
      fleet({}, {.channel = deps.devices, .clock = deps.clock}),
      accounts({}, {.channel = deps.devices,
                    .io = io.context(0),
                    .clock = deps.clock,
                    .logger = deps.logger}),
      documents({}, {.channel = deps.devices, .clock = deps.clock, .retries = device_retries}),
      rest({}, {.playlist = deps.playlist,
                .imageproc = deps.imageproc,
                .devices = deps.devices,
                .clock = deps.clock,
                .version = deps.version}) {}

void GatewayClients::Start(CommandSink& hub, std::function<void(std::string)> on_session_key) {
  playlist.Start();
  registry_stream.Start(hub);
  accounts.Start(std::move(on_session_key));
}

void GatewayClients::StopStreams(absl::Time deadline) {
  registry_stream.Stop(deadline);
  playlist.Stop(deadline);
  accounts.Stop(deadline);
}

void GatewayClients::StopCalls(absl::Time deadline) {
  devices.Stop(deadline);
  fleet.Stop(deadline);
  artwork.Stop(deadline);
  documents.Stop(deadline);
  rest.Stop(deadline);
  catalog.Stop(deadline);
  image_tiers.Stop(deadline);
  images.Stop(deadline);
}

}  // namespace marquee::gateway
