// Dependencies that the program passes to the gateway. All of them must outlive the gateway.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/obs/json_logger.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"

namespace marquee::gateway {

struct GatewayDeps {
  const base::Clock& clock;
  obs::Logger& logger;
  obs::JsonLogger* log = nullptr;  // shown in the control room; null: no log to show
  obs::Metrics& metrics;
  // Channels to the backends, in this process or another.
  std::shared_ptr<grpc::Channel> playlist;
  std::shared_ptr<grpc::Channel> imageproc;
  std::shared_ptr<grpc::Channel> devices;
  std::string version;  // for /api/version and X-API-Version
  // True: /metrics, /livez and /readyz are served by a separate listener, not here.
  bool ops_elsewhere = false;
  // Why the process should get no new work, for /readyz; empty: no reason. Any thread; null: none.
  std::function<std::string()> shortage = nullptr;
};

}  // namespace marquee::gateway
