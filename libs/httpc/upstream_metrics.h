// Metrics of outgoing requests:
// clang-format off
//   marquee_upstream_requests_total{upstream,result}      result: ok, http_4xx, http_5xx, or the
//                                                         name of the failure (failure.h)
//   marquee_upstream_request_duration_seconds{upstream}   from the start, including queueing
//   marquee_upstream_connections_total{upstream,kind}     kind: new, reused
//   marquee_upstream_requests_in_flight
// clang-format on
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <string>

#include "libs/obs/metrics.h"

namespace marquee::httpc {

// Thread-safe. `metrics` must outlive it.
class UpstreamMetrics {
 public:
  explicit UpstreamMetrics(obs::Metrics& metrics);

  // Records the end of a request: its status, HTTP status (0: none) and duration.
  void Ended(const std::string& upstream, const absl::Status& status, int http_status,
             absl::Duration took);
  void Connections(const std::string& upstream, int made, int reused);
  void SetInFlight(size_t requests) { in_flight_.Set(static_cast<double>(requests)); }

 private:
  obs::Metrics& metrics_;
  const obs::Gauge in_flight_;
};

}  // namespace marquee::httpc
