// Cache administration: statistics, recommendations, purging.
//
//   GET  /api/admin/cache/stats             rendered bodies
//   GET  /api/admin/cache-stats             disk and memory in use
//   GET  /api/admin/cache/metrics           every tier of both caches
//   GET  /api/admin/cache/metrics/summary
//   GET  /api/admin/cache/recommendations
//   POST /api/admin/cache/reset             resets the counters in these responses (not in
//   /metrics) POST /api/admin/cache/clear             clears both caches in all tiers POST
//   /api/admin/clear-image-cache       clears images in all tiers POST /api/admin/cleanup-cache
//   removes stale entries from the edge tier
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
  std::vector<TierStats> baseline_ MARQUEE_GUARDED_BY(mutex_);  // counters at the last reset
};

}  // namespace marquee::gateway
