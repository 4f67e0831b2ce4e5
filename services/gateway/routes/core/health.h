// GET /health (and /api/health), /api/version, /livez, /readyz and /metrics. ?detailed=true and
// /metrics require a token or session, except for direct requests from this machine.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "services/gateway/async/async_memo.h"
#include "services/gateway/auth/gate.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ports/image_port.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class HealthRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    Gate& gate;
    const MediaPort& media;
    const ImagePort& images;
    DevicePort& devices;
    std::string version;
    // Why /readyz is 503 although the gateway is Ready(); empty: no reason. Null: none.
    std::function<std::string()> shortage = nullptr;
  };

  // The access required for /metrics.
  enum class MetricsFor { kLoopbackAndToken, kEverybody };

  explicit HealthRoutes(Deps deps);

  // /health, /api/health, /api/version
  void AddPublicTo(Router& router);
  // /livez, /readyz, /metrics
  void AddOpsTo(Router& router, MetricsFor readers);

  // Ready: listening, and either a playlist was received or the gateway has been up for 30 s, so
  // that an unavailable playlist service does not take every gateway out of service.
  bool Ready() const;
  // From now on /readyz returns 503, so that load balancers send no new displays.
  void BeginDrain() { draining_ = true; }

 private:
  // nullopt for direct requests from this machine and for any token or session; else the error
  // response.
  asio::awaitable<std::optional<Response>> RefuseStranger(RequestPtr request);
  std::string Brief() const;
  asio::awaitable<std::string> Detailed();
  // The number of registered and connected displays, cached for half a minute.
  struct Fleet {
    int64_t registered = 0;
    int64_t connected = 0;
  };
  asio::awaitable<absl::StatusOr<Fleet>> FleetNow();

  const Deps deps_;
  const absl::Duration started_;
  std::atomic<bool> draining_{false};
  AsyncMemo<Fleet> fleet_;
};

}  // namespace marquee::gateway
