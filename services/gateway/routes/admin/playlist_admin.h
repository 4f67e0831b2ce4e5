// Playlist administration:
//   POST /api/admin/refresh-media[?full=true]   refreshes every source now
//   POST /api/admin/reset-refresh               no effect: a refresh never gets stuck
//   GET  /reset-refresh                         the same as a page
//   GET  /api/admin/source-status               the state of each source
//   GET  /api/admin/debug-cache                 the current playlist version
//   GET  /api/media/fallback-metrics            images replaced by the fallback image
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
