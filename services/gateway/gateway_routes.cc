#include "services/gateway/gateway_routes.h"

#include "libs/config/values.h"
#include "services/gateway/routes/admin/account.h"
#include "services/gateway/routes/admin/admin_events.h"
#include "services/gateway/routes/admin/cache_admin.h"
#include "services/gateway/routes/admin/logs.h"
#include "services/gateway/routes/admin/metrics_views.h"
#include "services/gateway/routes/admin/operations.h"
#include "services/gateway/routes/admin/playlist_admin.h"
#include "services/gateway/routes/admin/settings_admin.h"
#include "services/gateway/routes/admin/source_probes.h"
#include "services/gateway/routes/core/pages.h"
#include "services/gateway/routes/core/playing_sessions.h"
#include "services/gateway/routes/core/qr.h"
#include "services/gateway/routes/core/rest.h"
#include "services/gateway/routes/devices/device_admin.h"
#include "services/gateway/routes/devices/device_admission.h"
#include "services/gateway/routes/devices/device_fleet.h"
#include "services/gateway/routes/devices/device_groups.h"
#include "services/gateway/routes/devices/device_pairing.h"
#include "services/gateway/routes/devices/devices.h"
#include "services/gateway/routes/display/catalog.h"
#include "services/gateway/routes/display/get_config.h"
#include "services/gateway/routes/display/get_media.h"
#include "services/gateway/routes/display/image.h"
#include "services/gateway/routes/display/local_files.h"
#include "services/gateway/routes/display/session_routes.h"

namespace marquee::gateway {
namespace {

PageRoutes::Options PageOptions(const GatewaySettings& settings) {
  const bool landing = settings.root().target() == "landing";
  return {.root_mode = landing ? "" : settings.root().target(),
          .root_keeps_method = settings.root().status() == "307"};
}

AdminEvents::Options EventOptions(const GatewaySettings& settings) {
  const auto streams = static_cast<size_t>(settings.limits().event_streams());
  return {.max_streams = streams,
          .max_per_principal = static_cast<size_t>(settings.limits().event_streams_per_principal()),
          .reserved_for_administrators = streams / 4};
}

}  // namespace

struct GatewayRoutes::RouteGroups {
  RouteGroups(const GatewaySettings& chosen, const GatewayDeps& deps, const Components& components,
              const Router& router, const TrafficLog& traffic)
      : get_media({.clock = deps.clock,
                   .media = components.clients.playlist,
                   .catalog = components.clients.catalog,
                   .rendered = components.rendered,
                   .settings = components.displays.directory,
                   .signer = components.access.signer,
                   .links = components.access.media_links,
                   .startup_wait = config::DurationOf(chosen.startup_wait())}),
        get_config({.media = components.clients.playlist,
                    .rendered = components.rendered,
                    .bypass = components.bypass,
                    .settings = components.displays.directory}),
        image({.clock = deps.clock,
               .metrics = deps.metrics,
               .cache = components.images,
               .signer = components.access.signer,
               .formats = {.avif = chosen.image_formats().avif()},
               .cold_per_minute = chosen.limits().cold_images_per_minute()}),
        local_files(components.clients.artwork, components.access.media_links, deps.clock),
        devices({.clock = deps.clock,
                 .devices = components.clients.devices,
                 .register_limit = components.access.registrations,
                 .bypass = components.bypass,
                 .registration = components.registration}),
        device_admission(components.clients.fleet, components.clients.devices),
        device_admin(components.clients.devices),
        device_pairing({.clock = deps.clock,
                        .fleet = components.clients.fleet,
                        .pair_limit = components.access.pairings,
                        .wrong_limit = components.access.wrong_codes}),
        device_fleet({.devices = components.clients.devices,
                      .fleet = components.clients.fleet,
                      .settings = components.displays.directory}),
        device_groups({.devices = components.clients.devices, .fleet = components.clients.fleet}),
        cache_admin({.clock = deps.clock,
                     .images = components.images,
                     .rendered = components.rendered,
                     .tiers = components.clients.image_tiers}),
        playing({.clock = deps.clock,
                 .media = components.clients.playlist,
                 .catalog = components.clients.catalog,
                 .signer = components.access.signer}),
        events(EventOptions(chosen), {.clock = deps.clock,
                                      .feed = components.displays.events,
                                      .metrics = deps.metrics,
                                      .log = deps.log == nullptr ? nullptr : &deps.log->tail(),
                                      .playing = &playing}),
        logs({.clock = deps.clock, .log = deps.log}),
        settings(
            {.clock = deps.clock, .documents = components.clients.documents, .events = &events}),
        accounts({.clock = deps.clock,
                  .sessions = components.access.sessions,
                  .origins = components.access.origins,
                  .accounts = components.clients.accounts,
                  .limits = components.access.limits}),
        rest(components.clients.rest),
        catalog({.clock = deps.clock,
                 .media = components.clients.playlist,
                 .catalog = components.clients.catalog,
                 .signer = components.access.signer}),
        sessions({.public_sessions = chosen.now_playing().public_()},
                 {.clock = deps.clock,
                  .gate = components.access.gate,
                  .settings = components.displays.directory,
                  .playing = playing}),
        playlist_admin({.clock = deps.clock,
                        .metrics = deps.metrics,
                        .media = components.clients.playlist,
                        .catalog = components.clients.catalog}),
        source_probes({.rest = components.clients.rest, .media = components.clients.playlist}),
        qr(components.rendered),
        operations({.clock = deps.clock,
                    .logger = deps.logger,
                    .metrics = deps.metrics,
                    .media = components.clients.playlist,
                    .images = components.clients.images,
                    .devices = components.clients.devices,
                    .version = deps.version}),
        metrics_views({.clock = deps.clock,
                       .metrics = deps.metrics,
                       .router = router,
                       .traffic = traffic,
                       .images = components.images,
                       .rendered = components.rendered}),
        pages(PageOptions(chosen), components.pages, &components.access.origins) {}

  void AddTo(Router& router) {
    get_media.AddTo(router);
    get_config.AddTo(router);
    image.AddTo(router);
    local_files.AddTo(router);
    devices.AddTo(router);
    device_admission.AddTo(router);
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
    sessions.AddTo(router);
    playlist_admin.AddTo(router);
    source_probes.AddTo(router);
    qr.AddTo(router);
    operations.AddTo(router);
    metrics_views.AddTo(router);
    pages.AddTo(router);
  }

  GetMediaRoute get_media;
  GetConfigRoute get_config;
  ImageRoute image;
  LocalFilesRoute local_files;
  DeviceRoutes devices;
  DeviceAdmissionRoutes device_admission;
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
  SessionRoutes sessions;
  PlaylistAdminRoutes playlist_admin;
  SourceProbeRoutes source_probes;
  QrRoute qr;
  OperationsRoutes operations;
  MetricsViews metrics_views;
  PageRoutes pages;
};

GatewayRoutes::GatewayRoutes(const GatewaySettings& settings, const GatewayDeps& deps,
                             const Components& components)
    : router_({.clock = deps.clock,
               .metrics = deps.metrics,
               .version = deps.version,
               .gate = &components.access.gate,
               .audit = &components.clients.accounts,
               .limits = &components.access.limits,
               .policy = &components.access.policy,
               .traffic = &traffic_}),
      health_({.clock = deps.clock,
               .metrics = deps.metrics,
               .gate = components.access.gate,
               .media = components.clients.playlist,
               .images = components.clients.images,
               .devices = components.clients.devices,
               .version = deps.version,
               .shortage = deps.shortage}),
      route_groups_(std::make_unique<RouteGroups>(settings, deps, components, router_, traffic_)) {
  route_groups_->AddTo(router_);
  health_.AddPublicTo(router_);
  if (!deps.ops_elsewhere) {
    health_.AddOpsTo(router_, HealthRoutes::MetricsFor::kLoopbackAndToken);
  }
}

GatewayRoutes::~GatewayRoutes() = default;

void GatewayRoutes::BeginDrain() {
  health_.BeginDrain();
  route_groups_->events.End();
}

}  // namespace marquee::gateway
