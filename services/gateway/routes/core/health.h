// GET /health (and /api/health), /api/version, /livez, /readyz and /metrics. ?detailed=true and
// /metrics are for this machine, unless it is a proxy that forwards others, and for any token.
#pragma once

#include <absl/time/time.h>

#include <atomic>
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
  };

  // Who may read /metrics.
  enum class MetricsFor { kLoopbackAndToken, kEverybody };

  explicit HealthRoutes(Deps deps);

  // /health, /api/health, /api/version
  void AddPublicTo(Router& router);
  // /livez, /readyz, /metrics
  void AddOpsTo(Router& router, MetricsFor readers);

  // Listening and holding a playlist, or up for 30 s without one: a service that is away must not
  // take every gateway out of service with it.
  bool Ready() const;
  // From now on /readyz says 503, so that no new display is sent here.
  void BeginDrain() { draining_ = true; }

 private:
  // Nothing for this machine itself and for any token or session; else the refusal.
  asio::awaitable<std::optional<Response>> RefuseStranger(RequestPtr request);
  std::string Brief() const;
  asio::awaitable<std::string> Detailed();
  // How many of the registered displays are connected; asked once in half a minute at most.
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
