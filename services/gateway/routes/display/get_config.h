// GET /get-config: the effective settings of a display. The display is identified by X-Device-Id,
// X-Install-Id, its cookie or X-Hardware-Id (or deviceId, installId, hardwareId in the query).
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

class GetConfigRoute {
 public:
  struct Deps {
    MediaPort& media;
    RenderedCache& rendered;
    const AddressList& bypass;  // addresses whose displays are not managed
    const SettingsDirectory& settings;
  };

  explicit GetConfigRoute(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Answer(RequestPtr request);

  const Deps deps_;
};

}  // namespace marquee::gateway
