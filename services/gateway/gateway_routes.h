// All routes of the gateway, in one router.
#pragma once

#include <memory>

#include "services/gateway/gateway_access.h"
#include "services/gateway/gateway_clients.h"
#include "services/gateway/gateway_config.pb.h"
#include "services/gateway/gateway_deps.h"
#include "services/gateway/gateway_displays.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/model/traffic_log.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/core/health.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/routes/core/static_files.h"

namespace marquee::gateway {

class GatewayRoutes {
 public:
  // Dependencies of the routes; must outlive this object.
  struct Components {
    GatewayClients& clients;
    GatewayAccess& access;
    GatewayDisplays& displays;
    RenderedCache& rendered;
    ImageCache& images;
    const AddressList& bypass;
    const RegistrationRule& registration;
    const StaticFiles& pages;
  };

  GatewayRoutes(const GatewaySettings& settings, const GatewayDeps& deps,
                const Components& components);
  ~GatewayRoutes();

  asio::awaitable<Response> Handle(RequestPtr request) const {
    return router_.Handle(std::move(request));
  }
  const Router& router() const { return router_; }
  bool Ready() const { return health_.Ready(); }
  // Makes readiness false and ends event streams.
  void BeginDrain();

 private:
  struct RouteGroups;

  TrafficLog traffic_;
  Router router_;
  HealthRoutes health_;
  const std::unique_ptr<RouteGroups> route_groups_;
};

}  // namespace marquee::gateway
