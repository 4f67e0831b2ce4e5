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
#include "services/gateway/auth/gate.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/auth/sealer.h"
#include "services/gateway/auth/sessions.h"
#include "services/gateway/clients/account_client.h"
#include "services/gateway/clients/artwork_client.h"
#include "services/gateway/clients/catalog_client.h"
#include "services/gateway/clients/device_bond_client.h"
#include "services/gateway/clients/device_client.h"
#include "services/gateway/clients/document_client.h"
#include "services/gateway/clients/fleet_client.h"
#include "services/gateway/clients/image_client.h"
#include "services/gateway/clients/image_tiers_client.h"
#include "services/gateway/clients/playlist_client.h"
#include "services/gateway/clients/rest_client.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/http/random_id.h"
#include "services/gateway/http/tls_front.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/limits/request_limits.h"
#include "services/gateway/limits/trusted_proxies.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/account.h"
#include "services/gateway/routes/answer_policy.h"
#include "services/gateway/routes/cache_admin.h"
#include "services/gateway/routes/catalog.h"
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
#include "services/gateway/routes/playlist_admin.h"
#include "services/gateway/routes/qr.h"
#include "services/gateway/routes/rest.h"
#include "services/gateway/routes/router.h"
#include "services/gateway/routes/settings_admin.h"
#include "services/gateway/ws/device_hub.h"
#include "services/gateway/ws/device_socket.h"
#include "services/gateway/ws/event_feed.h"
#include "services/gateway/ws/settings_directory.h"
#include "services/gateway/ws/sync_clock.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMiB = 1024UL * 1024;
constexpr size_t kMinKey = 32;

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

TlsFront::Options TlsOptions(const GatewaySettings& settings) {
  TlsFront::Options options;
  options.certificate_file = settings.tls().certificate();
  options.key_file = settings.tls().key();
  options.handshake_timeout = config::DurationOf(settings.http().header_timeout());
  options.write_timeout = config::DurationOf(settings.http().write_timeout());
  return options;
}

RequestLimits::Options LimitOptions(const GatewaySettings& settings) {
  const LimitSettings& limits = settings.limits();
  return {.display_per_second = limits.display_per_second(),
          .device_per_second = limits.device_per_second(),
          .api_per_minute = limits.api_per_minute(),
          .admin_per_minute = limits.admin_per_minute(),
          .failures_per_15_minutes = limits.failures_per_15_minutes()};
}

AnswerPolicy::Options PolicyOptions(const GatewaySettings& settings) {
  const BrowserSettings& browsers = settings.browsers();
  return {.allowed_origins = {browsers.allowed_origins().begin(), browsers.allowed_origins().end()},
          .content_security_policy = browsers.content_security_policy(),
          .hsts = config::DurationOf(browsers.hsts())};
}

PageRoutes::Options PageOptions(const GatewaySettings& settings) {
  const bool landing = settings.root().leads_to() == "landing";
  return {.root_mode = landing ? "" : settings.root().leads_to(),
          .root_keeps_method = settings.root().status() == "307"};
}

absl::StatusOr<AddressList> AddressesOf(
    const google::protobuf::RepeatedPtrField<std::string>& entries) {
  return AddressList::Parse({entries.begin(), entries.end()});
}

absl::Status CheckKeys(std::string_view setting,
                       const google::protobuf::RepeatedPtrField<std::string>& keys) {
  for (const std::string& key : keys) {
    if (key.size() < kMinKey) {
      return absl::InvalidArgumentError(
          fmt::format("{}: a key must have at least {} characters", setting, kMinKey));
    }
  }
  return absl::OkStatus();
}

// An error that says of which setting it is.
template <class T>
absl::StatusOr<T> Named(std::string_view setting, absl::StatusOr<T> value) {
  if (value.ok()) return value;
  return base::Annotate(value.status(), setting);
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
  // What of the settings had to be read, or could have been wrong.
  struct Parts {
    config::HostPort listen;
    AddressList bypass;
    AddressList proxies;
    std::unique_ptr<TlsFront> tls;
    std::unique_ptr<StaticFiles> pages;
  };

  Rooms(const GatewaySettings& settings, Parts parts, const Deps& deps)
      : clock(deps.clock),
        io(static_cast<size_t>(settings.http().threads())),
        renderers({.name = "gw-render", .threads = 2, .max_queued = 64}),
        token(settings.admin().token()),
        bypass(std::move(parts.bypass)),
        proxies(std::move(parts.proxies)),
        limits(LimitOptions(settings), clock, deps.metrics),
        policy(PolicyOptions(settings)),
        signer({settings.image_urls().signing_keys().begin(),
                settings.image_urls().signing_keys().end()},
               config::DurationOf(settings.image_urls().lifetime())),
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
        image_tiers({}, {.channel = deps.imageproc, .clock = clock}),
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
        pages(std::move(parts.pages)),
        sealer({settings.admin().session_keys().begin(), settings.admin().session_keys().end()}),
        sessions(sealer, clock),
        accounts(
            {},
            {.channel = deps.devices, .io = io.context(0), .clock = clock, .logger = deps.logger}),
        gate({.clock = clock,
              .token = token,
              .sessions = sessions,
              .accounts = accounts,
              .limits = limits}),
        router({.clock = clock,
                .metrics = deps.metrics,
                .version = deps.version,
                .gate = &gate,
                .audit = &accounts,
                .limits = &limits,
                .policy = &policy}),
        get_media({.clock = clock,
                   .media = playlist,
                   .rendered = rendered,
                   .signer = signer,
                   .cold_start_hold = config::DurationOf(settings.cold_start_hold())}),
        get_config(
            {.media = playlist, .rendered = rendered, .bypass = bypass, .settings = directory}),
        image({.clock = clock, .metrics = deps.metrics, .cache = images, .signer = signer}),
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
        cache_admin({.clock = clock, .images = images, .rendered = rendered, .tiers = image_tiers}),
        health({.clock = clock,
                .metrics = deps.metrics,
                .gate = gate,
                .media = playlist,
                .images = image_client,
                .devices = devices,
                .version = deps.version}),
        documents({}, {.channel = deps.devices, .clock = clock}),
        settings_routes({.clock = clock, .documents = documents}),
        account_routes(
            {.clock = clock, .sessions = sessions, .accounts = accounts, .limits = limits}),
        rest({}, {.playlist = deps.playlist,
                  .imageproc = deps.imageproc,
                  .devices = deps.devices,
                  .clock = clock,
                  .version = deps.version}),
        rest_routes(rest),
        catalog({}, {.channel = deps.playlist, .clock = clock}),
        catalog_routes({.public_sessions = settings.now_playing().public_()},
                       {.clock = clock, .media = playlist, .catalog = catalog, .signer = signer}),
        playlist_admin(
            {.clock = clock, .metrics = deps.metrics, .media = playlist, .catalog = catalog}),
        page_routes(PageOptions(settings), *pages),
        tls(std::move(parts.tls)),
        server(ServerOptions(settings, parts.listen),
               {.io = io,
                .clock = clock,
                .logger = deps.logger,
                .metrics = deps.metrics,
                .handler =
                    [this](RequestPtr request) {
                      return router.Handle(proxies.Resolve(std::move(request)));
                    },
                .upgrades = &sockets,
                .tls = tls.get()}) {
    get_media.AddTo(router);
    get_config.AddTo(router);
    image.AddTo(router);
    local_files.AddTo(router);
    device_routes.AddTo(router);
    device_admin.AddTo(router);
    device_pairing.AddTo(router);
    device_fleet.AddTo(router);
    device_groups.AddTo(router);
    cache_admin.AddTo(router);
    health.AddPublicTo(router);
    if (!deps.ops_elsewhere) {
      health.AddOpsTo(router, HealthRoutes::MetricsFor::kLoopbackAndToken);
    }
    account_routes.AddTo(router);
    settings_routes.AddTo(router);
    rest_routes.AddTo(router);
    catalog_routes.AddTo(router);
    playlist_admin.AddTo(router);
    AddQrTo(router);
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
      accounts.Stop(last);
    }
    devices.Stop(last);
    fleet.Stop(last);
    artwork.Stop(last);
    documents.Stop(last);
    rest.Stop(last);
    catalog.Stop(last);
    image_tiers.Stop(last);
    image_client.Stop(last);
    io.Stop();
    renderers.Drain();
  }

  const base::Clock& clock;
  IoThreads io;
  base::BoundedExecutor renderers;
  const AdminToken token;
  const AddressList bypass;
  const TrustedProxies proxies;
  RequestLimits limits;
  const AnswerPolicy policy;
  const ImageUrlSigner signer;
  FixedWindow register_limit;
  FixedWindow pair_limit;
  FixedWindow wrong_code_limit;
  SettingsDirectory directory;
  EventFeed events;
  RenderedCache rendered;
  PlaylistClient playlist;
  ImageClient image_client;
  ImageTiersClient image_tiers;
  ArtworkClient artwork;
  DeviceClient devices;
  DeviceBondClient bond;
  FleetClient fleet;
  ImageCache images;
  DeviceHub hub;
  SyncClock sync_clock;
  DeviceSockets sockets;
  const std::unique_ptr<StaticFiles> pages;
  const Sealer sealer;
  const Sessions sessions;
  AccountClient accounts;
  Gate gate;
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
  CacheAdminRoutes cache_admin;
  HealthRoutes health;
  DocumentClient documents;
  SettingsAdminRoutes settings_routes;
  AccountRoutes account_routes;
  RestClient rest;
  RestRoutes rest_routes;
  CatalogClient catalog;
  CatalogRoutes catalog_routes;
  PlaylistAdminRoutes playlist_admin;
  PageRoutes page_routes;
  const std::unique_ptr<TlsFront> tls;
  HttpServer server;
  bool started = false;
  bool drained = false;
};

absl::StatusOr<std::unique_ptr<GatewayModule>> GatewayModule::Create(
    const GatewaySettings& settings, const Deps& deps) {
  MARQUEE_RETURN_IF_ERROR(CheckKeys("admin.session_keys", settings.admin().session_keys()));
  MARQUEE_RETURN_IF_ERROR(
      CheckKeys("image_urls.signing_keys", settings.image_urls().signing_keys()));
  Rooms::Parts parts;
  MARQUEE_ASSIGN_OR_RETURN(parts.listen, Named("listen", config::ParseHostPort(settings.listen())));
  MARQUEE_ASSIGN_OR_RETURN(parts.bypass, Named("bypass", AddressesOf(settings.bypass())));
  MARQUEE_ASSIGN_OR_RETURN(parts.proxies,
                           Named("trusted_proxies", AddressesOf(settings.trusted_proxies())));
  MARQUEE_ASSIGN_OR_RETURN(parts.pages, StaticFiles::Load(PagesFolder(settings)));
  if (!settings.tls().certificate().empty()) {
    MARQUEE_ASSIGN_OR_RETURN(
        parts.tls,
        TlsFront::Create(TlsOptions(settings),
                         {.clock = deps.clock, .logger = deps.logger, .metrics = deps.metrics}));
  }
  return std::unique_ptr<GatewayModule>(
      new GatewayModule(std::make_unique<Rooms>(settings, std::move(parts), deps)));
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
  rooms_->accounts.Start();
  return address;
}

std::string_view GatewayModule::scheme() const { return rooms_->tls == nullptr ? "http" : "https"; }

bool GatewayModule::ready() const { return rooms_->health.Ready(); }

void GatewayModule::Drain(absl::Time deadline) { rooms_->Drain(deadline); }

}  // namespace marquee::gateway
