#include "services/gateway/gateway_routes_module.h"

#include "libs/config/values.h"
#include "services/gateway/routes/account.h"
#include "services/gateway/routes/admin_events.h"
#include "services/gateway/routes/cache_admin.h"
#include "services/gateway/routes/catalog.h"
#include "services/gateway/routes/device_admin.h"
#include "services/gateway/routes/device_fleet.h"
#include "services/gateway/routes/device_groups.h"
#include "services/gateway/routes/device_pairing.h"
#include "services/gateway/routes/devices.h"
#include "services/gateway/routes/get_config.h"
#include "services/gateway/routes/get_media.h"
#include "services/gateway/routes/image.h"
#include "services/gateway/routes/local_files.h"
#include "services/gateway/routes/logs.h"
#include "services/gateway/routes/metrics_views.h"
#include "services/gateway/routes/operations.h"
#include "services/gateway/routes/pages.h"
#include "services/gateway/routes/playing_sessions.h"
#include "services/gateway/routes/playlist_admin.h"
#include "services/gateway/routes/qr.h"
#include "services/gateway/routes/rest.h"
#include "services/gateway/routes/settings_admin.h"
#include "services/gateway/routes/source_probes.h"

namespace marquee::gateway {
namespace {

PageRoutes::Options PageOptions(const GatewaySettings& settings) {
  const bool landing = settings.root().leads_to() == "landing";
  return {.root_mode = landing ? "" : settings.root().leads_to(),
          .root_keeps_method = settings.root().status() == "307"};
}

}  // namespace

struct GatewayRoutes::Families {
  Families(const GatewaySettings& chosen, const GatewayModule::Deps& deps, const Rooms& rooms,
           const Router& router, const TrafficLog& traffic)
      : get_media({.clock = deps.clock,
                   .media = rooms.clients.playlist,
                   .catalog = rooms.clients.catalog,
                   .rendered = rooms.rendered,
                   .settings = rooms.displays.directory,
                   .signer = rooms.access.signer,
                   .links = rooms.access.media_links,
                   .cold_start_hold = config::DurationOf(chosen.cold_start_hold())}),
        get_config({.media = rooms.clients.playlist,
                    .rendered = rooms.rendered,
                    .bypass = rooms.bypass,
                    .settings = rooms.displays.directory}),
        image({.clock = deps.clock,
               .metrics = deps.metrics,
               .cache = rooms.images,
               .signer = rooms.access.signer,
               .formats = {.avif = chosen.image_formats().avif()}}),
        local_files(rooms.clients.artwork, rooms.access.media_links),
        devices({.clock = deps.clock,
                 .devices = rooms.clients.devices,
                 .register_limit = rooms.access.registrations,
                 .bypass = rooms.bypass}),
        device_admin(rooms.clients.devices),
        device_pairing({.clock = deps.clock,
                        .fleet = rooms.clients.fleet,
                        .pair_limit = rooms.access.pairings,
                        .wrong_limit = rooms.access.wrong_codes}),
        device_fleet({.devices = rooms.clients.devices,
                      .fleet = rooms.clients.fleet,
                      .settings = rooms.displays.directory}),
        device_groups({.devices = rooms.clients.devices, .fleet = rooms.clients.fleet}),
        cache_admin({.clock = deps.clock,
                     .images = rooms.images,
                     .rendered = rooms.rendered,
                     .tiers = rooms.clients.image_tiers}),
        playing({.clock = deps.clock,
                 .media = rooms.clients.playlist,
                 .catalog = rooms.clients.catalog,
                 .signer = rooms.access.signer}),
        events({}, {.clock = deps.clock,
                    .feed = rooms.displays.events,
                    .log = deps.log == nullptr ? nullptr : &deps.log->tail(),
                    .playing = &playing}),
        logs({.clock = deps.clock, .log = deps.log}),
        settings({.clock = deps.clock, .documents = rooms.clients.documents, .events = &events}),
        accounts({.clock = deps.clock,
                  .sessions = rooms.access.sessions,
                  .accounts = rooms.clients.accounts,
                  .limits = rooms.access.limits}),
        rest(rooms.clients.rest),
        catalog({.public_sessions = chosen.now_playing().public_()},
                {.clock = deps.clock,
                 .media = rooms.clients.playlist,
                 .catalog = rooms.clients.catalog,
                 .signer = rooms.access.signer,
                 .playing = playing}),
        playlist_admin({.clock = deps.clock,
                        .metrics = deps.metrics,
                        .media = rooms.clients.playlist,
                        .catalog = rooms.clients.catalog}),
        source_probes({.rest = rooms.clients.rest, .media = rooms.clients.playlist}),
        operations({.clock = deps.clock,
                    .logger = deps.logger,
                    .metrics = deps.metrics,
                    .media = rooms.clients.playlist,
                    .images = rooms.clients.images,
                    .devices = rooms.clients.devices,
                    .version = deps.version}),
        metrics_views({.clock = deps.clock,
                       .metrics = deps.metrics,
                       .router = router,
                       .traffic = traffic,
                       .images = rooms.images,
                       .rendered = rooms.rendered}),
        pages(PageOptions(chosen), rooms.pages) {}

  void AddTo(Router& router) {
    get_media.AddTo(router);
    get_config.AddTo(router);
    image.AddTo(router);
    local_files.AddTo(router);
    devices.AddTo(router);
    device_admin.AddTo(router);
    device_pairing.AddTo(router);
    device_fleet.AddTo(router);
    device_groups.AddTo(router);
    cache_admin.AddTo(router);
    events.AddTo(router);
    logs.AddTo(router);
    settings.AddTo(router);
    accounts.AddTo(router);
    rest.AddTo(router);
    catalog.AddTo(router);
    playlist_admin.AddTo(router);
    source_probes.AddTo(router);
    AddQrTo(router);
    operations.AddTo(router);
    metrics_views.AddTo(router);
    pages.AddTo(router);
  }

  GetMediaRoute get_media;
  GetConfigRoute get_config;
  ImageRoute image;
  LocalFilesRoute local_files;
  DeviceRoutes devices;
  DeviceAdminRoutes device_admin;
  DevicePairingRoutes device_pairing;
  DeviceFleetRoutes device_fleet;
  DeviceGroupRoutes device_groups;
  CacheAdminRoutes cache_admin;
  PlayingSessions playing;
  AdminEvents events;
  LogRoutes logs;
  SettingsAdminRoutes settings;
  AccountRoutes accounts;
  RestRoutes rest;
  CatalogRoutes catalog;
  PlaylistAdminRoutes playlist_admin;
  SourceProbeRoutes source_probes;
  OperationsRoutes operations;
  MetricsViews metrics_views;
  PageRoutes pages;
};

GatewayRoutes::GatewayRoutes(const GatewaySettings& settings, const GatewayModule::Deps& deps,
                             const Rooms& rooms)
    : router_({.clock = deps.clock,
               .metrics = deps.metrics,
               .version = deps.version,
               .gate = &rooms.access.gate,
               .audit = &rooms.clients.accounts,
               .limits = &rooms.access.limits,
               .policy = &rooms.access.policy,
               .traffic = &traffic_}),
      health_({.clock = deps.clock,
               .metrics = deps.metrics,
               .gate = rooms.access.gate,
               .media = rooms.clients.playlist,
               .images = rooms.clients.images,
               .devices = rooms.clients.devices,
               .version = deps.version}),
      families_(std::make_unique<Families>(settings, deps, rooms, router_, traffic_)) {
  families_->AddTo(router_);
  health_.AddPublicTo(router_);
  if (!deps.ops_elsewhere) {
    health_.AddOpsTo(router_, HealthRoutes::MetricsFor::kLoopbackAndToken);
  }
}

GatewayRoutes::~GatewayRoutes() = default;

void GatewayRoutes::BeginDrain() {
  health_.BeginDrain();
  families_->events.End();
}

}  // namespace marquee::gateway
