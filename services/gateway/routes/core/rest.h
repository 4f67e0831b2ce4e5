// /api/v2: the resources of the services as REST; /openapi.json, its description; and /docs, the
// page that shows the description.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/ports/rest_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class RestRoutes {
 public:
  explicit RestRoutes(RestPort& rest) : rest_(rest) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Answer(RequestPtr request);

  RestPort& rest_;
};

}  // namespace marquee::gateway
