// GET
// /api/v1/metrics/{performance,endpoints,errors,cache,system,realtime,history,dashboard,export}:
// this gateway's metrics in the format of Posterrama 2.9.4, for any token or session. POST
// /api/v1/metrics/track-display counts which page a display opened.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "services/gateway/model/tier_stats.h"
#include "services/gateway/model/traffic_log.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class MetricsViews {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    const Router& router;
    const TrafficLog& traffic;
    const ImageCache& images;
    const RenderedCache& rendered;
  };

  explicit MetricsViews(Deps deps);
  void AddTo(Router& router);

 private:
  std::string Performance() const;
  std::string Endpoints() const;
  std::string Errors() const;
  std::string Cache() const;
  std::string System() const;
  std::string Realtime() const;
  std::string Dashboard() const;
  std::string All() const;
  Response History(const Request& request) const;
  Response Export(const Request& request) const;
  Response Track(const Request& request);

  TrafficSpan Last(int minutes) const;

  const Deps deps_;
  const absl::Duration started_;
};

}  // namespace marquee::gateway
