// Device administration: GET /api/devices and /api/devices/:id for readers, POST
// /api/devices/:id/command[?wait=true] for operators.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class DeviceAdminRoutes {
 public:
  explicit DeviceAdminRoutes(DevicePort& devices) : devices_(devices) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> List(RequestPtr request);
  asio::awaitable<Response> Get(RequestPtr request, std::string device_id);
  asio::awaitable<Response> Send(RequestPtr request, std::string device_id);

  DevicePort& devices_;
};

}  // namespace marquee::gateway
