#include "services/gateway/gateway_module.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "libs/base/executor.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/config/values.h"
#include "services/gateway/auth/admin_token.h"
#include "services/gateway/clients/artwork_client.h"
#include "services/gateway/clients/device_bond_client.h"
#include "services/gateway/clients/device_client.h"
#include "services/gateway/clients/fleet_client.h"
#include "services/gateway/clients/image_client.h"
#include "services/gateway/clients/playlist_client.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/http/random_id.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/device_admin.h"
#include "services/gateway/routes/device_fleet.h"
#include "services/gateway/routes/device_groups.h"
#include "services/gateway/routes/device_pairing.h"
#include "services/gateway/routes/devices.h"
#include "services/gateway/routes/get_config.h"
#include "services/gateway/routes/get_media.h"
#include "services/gateway/routes/health.h"
#include "services/gateway/routes/image.h"
#include "services/gateway/routes/local_files.h"
#include "services/gateway/routes/pages.h"
#include "services/gateway/routes/router.h"
#include "services/gateway/ws/device_hub.h"
#include "services/gateway/ws/device_socket.h"
#include "services/gateway/ws/event_feed.h"
#include "services/gateway/ws/settings_directory.h"
#include "services/gateway/ws/sync_clock.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMiB = 1024UL * 1024;

// Beside the program where it is installed, else where it was built.
std::filesystem::path PagesFolder(const GatewaySettings& settings) {
  if (!settings.web_dir().empty()) return settings.web_dir();
  std::error_code ec;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ec);
  auto installed = program.parent_path().parent_path() / "share" / "marquee" / "web";
  if (!ec && std::filesystem::is_directory(installed, ec)) return installed;
  return MARQUEE_WEB_DIR;
}

HttpServer::Options ServerOptions(const GatewaySettings& settings, const config::HostPort& listen) {
  HttpServer::Options options;
  options.host = listen.host;
  options.port = listen.port;
  options.max_connections = static_cast<size_t>(settings.http().max_connections());
  options.header_timeout = config::DurationOf(settings.http().header_timeout());
  options.idle_timeout = config::DurationOf(settings.http().idle_timeout());
  options.write_timeout = config::DurationOf(settings.http().write_timeout());
  return options;
}

RenderedCache::Options RenderedOptions(const GatewaySettings& settings) {
  RenderedCache::Options options;
  options.capacity_bytes = static_cast<size_t>(settings.edge_cache().response_mb()) * kMiB;
  return options;
}

ImageCache::Options ImageOptions(const GatewaySettings& settings) {
  ImageCache::Options options;
  options.capacity_bytes = static_cast<size_t>(settings.edge_cache().image_mb()) * kMiB;
  // A sixteenth: what is larger would push out a wall of posters for one backdrop.
  options.max_entry_bytes = options.capacity_bytes / 16;
  return options;
}

DeviceBondClient::Options BondOptions(const base::Clock& clock) {
  DeviceBondClient::Options options;
  // A gateway keeps nothing, so each start is a new one.
  options.gateway_id = RandomUuid();
  options.epoch = absl::ToUnixMillis(clock.Now());
  return options;
}

}  // namespace

// In order of construction: who is asked comes before who asks.
struct GatewayModule::Rooms {
  Rooms(const GatewaySettings& settings, const config::HostPort& listen, AddressList bypass_list,
        std::unique_ptr<StaticFiles> pages_read, const Deps& deps)
      : clock(deps.clock),
        io(static_cast<size_t>(settings.http().threads())),
        renderers({.name = "gw-render", .threads = 2, .max_queued = 64}),
        token(settings.admin().token()),
        bypass(std::move(bypass_list)),
        register_limit({}, clock),
        pair_limit({}, clock),
        wrong_code_limit({.limit = 5, .window = absl::Minutes(10)}, clock),
        directory(clock),
        rendered(RenderedOptions(settings),
                 {.clock = clock, .metrics = deps.metrics, .executor = renderers}),
        playlist({}, {.channel = deps.playlist,
                      .io = io.context(0),
                      .clock = clock,
                      .logger = deps.logger,
                      .metrics = deps.metrics,
                      .on_version = [this] { rendered.Clear(); }}),
        image_client({}, {.channel = deps.imageproc, .clock = clock}),
        artwork({}, {.channel = deps.playlist, .clock = clock}),
        devices({}, {.channel = deps.devices, .clock = clock}),
        bond(BondOptions(clock), {.channel = deps.devices,
                                  .io = io.context(0),
                                  .clock = clock,
                                  .logger = deps.logger,
                                  .metrics = deps.metrics}),
        fleet({}, {.channel = deps.devices, .clock = clock}),
        images(ImageOptions(settings),
               {.clock = clock, .metrics = deps.metrics, .images = image_client}),
        hub(bond, directory, events),
        sync_clock({.io = io.context(0), .clock = clock, .hub = hub}),
        sockets({}, {.clock = clock,
                     .logger = deps.logger,
                     .metrics = deps.metrics,
                     .devices = devices,
                     .bond = bond,
                     .hub = hub}),
        pages(std::move(pages_read)),
        router({.clock = clock, .metrics = deps.metrics, .version = deps.version}),
        get_media({.clock = clock,
                   .media = playlist,
                   .rendered = rendered,
                   .cold_start_hold = config::DurationOf(settings.cold_start_hold())}),
        get_config(
            {.media = playlist, .rendered = rendered, .bypass = bypass, .settings = directory}),
        image({.clock = clock, .metrics = deps.metrics, .cache = images}),
        local_files(artwork),
        device_routes({.clock = clock,
                       .devices = devices,
                       .register_limit = register_limit,
                       .bypass = bypass}),
        device_admin({.devices = devices, .token = token}),
        device_pairing({.clock = clock,
                        .fleet = fleet,
                        .token = token,
                        .pair_limit = pair_limit,
                        .wrong_limit = wrong_code_limit}),
        device_fleet({.devices = devices, .fleet = fleet, .settings = directory, .token = token}),
        device_groups({.devices = devices, .fleet = fleet, .token = token}),
        health({.clock = clock,
                .metrics = deps.metrics,
                .token = token,
                .media = playlist,
                .images = image_client,
                .devices = devices,
                .version = deps.version}),
        page_routes(*pages),
        server(ServerOptions(settings, listen),
               {.io = io,
                .clock = clock,
                .logger = deps.logger,
                .metrics = deps.metrics,
                .handler = [this](RequestPtr request) { return router.Handle(std::move(request)); },
                .upgrades = &sockets}) {
    get_media.AddTo(router);
    get_config.AddTo(router);
    image.AddTo(router);
    local_files.AddTo(router);
    device_routes.AddTo(router);
    device_admin.AddTo(router);
    device_pairing.AddTo(router);
    device_fleet.AddTo(router);
    device_groups.AddTo(router);
    health.AddPublicTo(router);
    if (!deps.ops_elsewhere) {
      health.AddOpsTo(router, HealthRoutes::MetricsFor::kLoopbackAndToken);
    }
    page_routes.AddTo(router);
  }

  void Drain(absl::Time deadline) {
    if (std::exchange(drained, true)) return;
    health.BeginDrain();
    if (started) {
      server.StopAccepting();
      // Requests in hand get the other half.
      const absl::Time now = clock.Now();
      hub.Drain(now + (deadline - now) / 2);
      server.Drain(deadline);
    }
    // A call that hangs in a neighbour has had its time; cancelling it is quick.
    const absl::Time last = std::max(deadline, clock.Now() + absl::Seconds(1));
    if (started) {
      bond.Stop(last);
      playlist.Stop(last);
    }
    devices.Stop(last);
    fleet.Stop(last);
    artwork.Stop(last);
    image_client.Stop(last);
    io.Stop();
    renderers.Drain();
  }

  const base::Clock& clock;
  IoThreads io;
  base::BoundedExecutor renderers;
  const AdminToken token;
  const AddressList bypass;
  FixedWindow register_limit;
  FixedWindow pair_limit;
  FixedWindow wrong_code_limit;
  SettingsDirectory directory;
  EventFeed events;
  RenderedCache rendered;
  PlaylistClient playlist;
  ImageClient image_client;
  ArtworkClient artwork;
  DeviceClient devices;
  DeviceBondClient bond;
  FleetClient fleet;
  ImageCache images;
  DeviceHub hub;
  SyncClock sync_clock;
  DeviceSockets sockets;
  const std::unique_ptr<StaticFiles> pages;
  Router router;
  GetMediaRoute get_media;
  GetConfigRoute get_config;
  ImageRoute image;
  LocalFilesRoute local_files;
  DeviceRoutes device_routes;
  DeviceAdminRoutes device_admin;
  DevicePairingRoutes device_pairing;
  DeviceFleetRoutes device_fleet;
  DeviceGroupRoutes device_groups;
  HealthRoutes health;
  PageRoutes page_routes;
  HttpServer server;
  bool started = false;
  bool drained = false;
};

absl::StatusOr<std::unique_ptr<GatewayModule>> GatewayModule::Create(
    const GatewaySettings& settings, const Deps& deps) {
  const auto listen = config::ParseHostPort(settings.listen());
  if (!listen.ok()) return base::Annotate(listen.status(), "listen");
  const std::vector<std::string> entries(settings.bypass().begin(), settings.bypass().end());
  auto bypass = AddressList::Parse(entries);
  if (!bypass.ok()) return base::Annotate(bypass.status(), "bypass");
  MARQUEE_ASSIGN_OR_RETURN(auto pages, StaticFiles::Load(PagesFolder(settings)));
  return std::unique_ptr<GatewayModule>(new GatewayModule(
      std::make_unique<Rooms>(settings, *listen, *std::move(bypass), std::move(pages), deps)));
}

GatewayModule::GatewayModule(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}

GatewayModule::~GatewayModule() { rooms_->Drain(rooms_->clock.Now()); }

absl::StatusOr<std::string> GatewayModule::Start() {
  auto address = rooms_->server.Start();
  if (!address.ok()) return address.status();
  rooms_->started = true;
  rooms_->sync_clock.Start();
  rooms_->io.Start();
  rooms_->playlist.Start();
  rooms_->bond.Start(rooms_->hub);
  return address;
}

bool GatewayModule::ready() const { return rooms_->health.Ready(); }

void GatewayModule::Drain(absl::Time deadline) { rooms_->Drain(deadline); }

}  // namespace marquee::gateway
