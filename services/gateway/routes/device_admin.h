// Looking after displays, behind the admin token: GET /api/devices, GET /api/devices/:id and
// POST /api/devices/:id/command[?wait=true].
#pragma once

#include "services/gateway/auth/admin_token.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/routes/router.h"

namespace marquee::gateway {

class DeviceAdminRoutes {
 public:
  struct Deps {
    DevicePort& devices;
    const AdminToken& token;
  };

  explicit DeviceAdminRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> List(RequestPtr request);
  asio::awaitable<Response> Get(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Send(RequestPtr request, std::string device_id);

  const Deps deps_;
};

}  // namespace marquee::gateway
