// Requests of displays about themselves: POST /api/devices/{register,check,heartbeat} and GET
// /api/devices/bypass-check.
//
// A display that gets 401 deletes its identity, so 401 is sent only if the devices service is
// certain; every uncertainty is a 503, which displays ignore. A display that the store does not
// know gets 503 unknown_device with the `storeId` of that store. X-Store-Id identifies the store in
// other responses to registered displays, so that a page can distinguish a replaced store from an
// unavailable one.
#pragma once

#include "libs/base/clock.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/limits/registration_rule.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class DeviceRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    DevicePort& devices;
    FixedWindow& register_limit;  // 10 per minute per address
    const AddressList& bypass;    // addresses whose displays are not managed
    const RegistrationRule& registration;
  };

  explicit DeviceRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Register(RequestPtr request);
  asio::awaitable<Response> Check(RequestPtr request);
  asio::awaitable<Response> Heartbeat(RequestPtr request);
  asio::awaitable<Response> BypassCheck(RequestPtr request);

  const Deps deps_;
};

}  // namespace marquee::gateway
