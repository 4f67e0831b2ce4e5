#include "services/gateway/ws/device_socket_metrics.h"

#include <vector>

namespace marquee::gateway {
namespace {

const std::vector<double> kFineBuckets = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                          0.1,   0.2,   0.5,   1,    5,    60};

obs::Counter Messages(obs::Metrics& metrics, const char* direction, const char* type) {
  return metrics.counter("marquee_ws_messages_total", "WebSocket text frames.",
                         {{"direction", direction}, {"type", type}});
}

}  // namespace

DeviceSocketMetrics::DeviceSocketMetrics(obs::Metrics& metrics)
    : open(metrics.gauge("marquee_ws_connections", "Open WebSockets of displays.")),
      refused_by_address(
          metrics.counter("marquee_ws_refused_by_address_total",
                          "WebSockets refused: their address had its share of them.")),
      in{Messages(metrics, "in", "hello"),       Messages(metrics, "in", "ack"),
         Messages(metrics, "in", "ping"),        Messages(metrics, "in", "client-log"),
         Messages(metrics, "in", "sync-report"), Messages(metrics, "in", "other")},
      out(Messages(metrics, "out", "frame")),
      round_trip(metrics.histogram("marquee_ws_round_trip_seconds", "Time from a ping to its pong.",
                                   {}, kFineBuckets)),
      clock_offset(metrics.histogram("marquee_ws_clock_offset_seconds",
                                     "Offset between the clocks of displays and of the gateway.",
                                     {}, kFineBuckets)),
      sync_error(metrics.histogram(
          "marquee_ws_sync_error_seconds",
          "Difference between the announced instant of a change and the actual one.", {},
          kFineBuckets)) {}

}  // namespace marquee::gateway
