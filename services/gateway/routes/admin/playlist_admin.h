// Looking after the playlist:
//   POST /api/admin/refresh-media[?full=true]   asks every source now
//   POST /api/admin/reset-refresh               nothing to reset: a refresh never gets stuck here
//   GET  /reset-refresh                         the same as a page
//   GET  /api/admin/source-status               how each source is
//   GET  /api/admin/debug-cache                 which playlist is held
//   GET  /api/media/fallback-metrics            pictures that could not be had
#pragma once

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/catalog_port.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class PlaylistAdminRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    MediaPort& media;
    CatalogPort& catalog;
  };

  explicit PlaylistAdminRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Refresh(RequestPtr request);
  Response Sources() const;
  Response Held() const;
  Response Fallbacks() const;

  const Deps deps_;
};

}  // namespace marquee::gateway
