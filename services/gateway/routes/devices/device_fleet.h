// Changing devices: PATCH and DELETE /api/devices/:id and POST /api/devices/:id/merge for
// administrators; POST /api/devices/command and /api/devices/clear-reload (also
// /api/v1/devices/reload) for operators. Without authentication: GET /api/devices/:id/preview,
// which contains only what the display shows, and no secret.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ports/fleet_port.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

class DeviceFleetRoutes {
 public:
  struct Deps {
    DevicePort& devices;
    FleetPort& fleet;
    const SettingsDirectory& settings;
  };

  explicit DeviceFleetRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Patch(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Delete(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Merge(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Command(RequestPtr request);
  asio::awaitable<Response> ClearReload();
  asio::awaitable<Response> Preview(std::string device_id);

  const Deps deps_;
};

}  // namespace marquee::gateway
