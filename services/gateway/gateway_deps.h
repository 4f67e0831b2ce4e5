// What the gateway gets from the program that runs it. Everything outlives the gateway.
#pragma once

#include <grpcpp/channel.h>

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
  obs::JsonLogger* log = nullptr;  // shown to people who may see it; null: there is none to show
  obs::Metrics& metrics;
  // To the backends, in this process or another.
  std::shared_ptr<grpc::Channel> playlist;
  std::shared_ptr<grpc::Channel> imageproc;
  std::shared_ptr<grpc::Channel> devices;
  std::string version;  // for /api/version and X-API-Version
  // /metrics, /livez and /readyz have a listener of their own; not here then.
  bool ops_elsewhere = false;
};

}  // namespace marquee::gateway
