// Looking after the caches: what they do, what would improve them, emptying them. Contract 5.4.
//
//   GET  /api/admin/cache/stats             rendered bodies
//   GET  /api/admin/cache-stats             disk and memory in use
//   GET  /api/admin/cache/metrics           every tier of both caches
//   GET  /api/admin/cache/metrics/summary
//   GET  /api/admin/cache/recommendations
//   POST /api/admin/cache/reset             counts begin anew in these answers (not in /metrics)
//   POST /api/admin/cache/clear             everything, everywhere
//   POST /api/admin/clear-image-cache       pictures, everywhere
//   POST /api/admin/cleanup-cache           what is past its freshness at the edge
#pragma once

#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/image_tiers_port.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/admin/cache_report.h"
#include "services/gateway/routes/admin/rate_window.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class CacheAdminRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    ImageCache& images;
    RenderedCache& rendered;
    ImageTiersPort& tiers;
  };

  explicit CacheAdminRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  using Render = std::string (*)(const CacheReport& report, absl::Time now);

  void AddReport(Router& router, std::string_view path, Render render);
  asio::awaitable<CacheReport> Report();
  asio::awaitable<Response> ClearImages();
  asio::awaitable<Response> Clear();
  asio::awaitable<Response> Reset();
  Response Cleanup();

  const Deps deps_;
  RateWindow rates_;
  base::Mutex mutex_;
  std::vector<TierStats> baseline_ MARQUEE_GUARDED_BY(mutex_);  // counts at the last reset
};

}  // namespace marquee::gateway
