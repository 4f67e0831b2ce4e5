// Changing displays, behind the admin token: PATCH and DELETE /api/devices/:id,
// POST /api/devices/:id/merge, POST /api/devices/command, POST /api/devices/clear-reload (and
// /api/v1/devices/reload). Without it: GET /api/devices/:id/preview, which shows what anyone at the
// screen sees, and no secret.
#pragma once

#include "services/gateway/auth/admin_token.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ports/fleet_port.h"
#include "services/gateway/routes/router.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

class DeviceFleetRoutes {
 public:
  struct Deps {
    DevicePort& devices;
    FleetPort& fleet;
    const SettingsDirectory& settings;
    const AdminToken& token;
  };

  explicit DeviceFleetRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Patch(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Delete(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Merge(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Command(RequestPtr request);
  asio::awaitable<Response> ClearReload(RequestPtr request);
  asio::awaitable<Response> Preview(RequestPtr request, std::string device_id);

  const Deps deps_;
};

}  // namespace marquee::gateway
