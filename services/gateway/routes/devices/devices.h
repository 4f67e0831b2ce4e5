// What displays say of themselves: POST /api/devices/{register,check,heartbeat} and
// GET /api/devices/bypass-check.
//
// A display that is answered 401 forgets who it is, so 401 is sent only when the device service is
// certain; every doubt is a 503, which displays ignore. A display that the store does not know is
// answered 503 unknown_device with the `storeId` of that store; X-Store-Id names it in other
// answers to a registered display, so that a page can tell a store that was replaced from one that
// is away.
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
    FixedWindow& register_limit;  // 10 a minute and address
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
