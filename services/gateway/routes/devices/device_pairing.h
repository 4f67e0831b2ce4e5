// Pairing: POST /api/devices/pair for displays; POST /api/devices/:id/pairing-code and
// GET /api/devices/pairing-codes/active for administrators.
#pragma once

#include "libs/base/clock.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/ports/fleet_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class DevicePairingRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    FleetPort& fleet;
    FixedWindow& pair_limit;   // 10 per minute per address
    FixedWindow& wrong_limit;  // wrong codes: 5 in ten minutes per address
  };

  explicit DevicePairingRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Pair(RequestPtr request);
  asio::awaitable<Response> CreateCode(RequestPtr request, std::string device_id);
  asio::awaitable<Response> ActiveCodes();

  const Deps deps_;
};

}  // namespace marquee::gateway
