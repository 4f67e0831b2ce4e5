// Metrics of the WebSockets of displays.
#pragma once

#include <array>

#include "libs/obs/metrics.h"

namespace marquee::gateway {

// Thread-safe. `metrics` must outlive it.
struct DeviceSocketMetrics {
  explicit DeviceSocketMetrics(obs::Metrics& metrics);

  const obs::Gauge open;
  const obs::Counter refused_by_address;
  const std::array<obs::Counter, 6> in;  // by FrameKind
  const obs::Counter out;
  const obs::Histogram round_trip;
  const obs::Histogram clock_offset;
  const obs::Histogram sync_error;
};

}  // namespace marquee::gateway
