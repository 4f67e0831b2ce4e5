#include "libs/httpc/upstream_metrics.h"

#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

std::string ResultOf(const absl::Status& status, int http_status) {
  if (!status.ok()) return std::string(NameOf(FailureOf(status)));
  if (http_status >= 500) return "http_5xx";
  return http_status >= 400 ? "http_4xx" : "ok";
}

}  // namespace

UpstreamMetrics::UpstreamMetrics(obs::Metrics& metrics)
    : metrics_(metrics),
      in_flight_(metrics.gauge("marquee_upstream_requests_in_flight",
                               "Outgoing requests in progress or waiting for a "
                               "connection.")) {}

// The series are looked up on each call: an outgoing request costs far more than the lookup, and
// only label values that occurred become series.
void UpstreamMetrics::Ended(const std::string& upstream, const absl::Status& status,
                            int http_status, absl::Duration took) {
  metrics_
      .counter("marquee_upstream_requests_total", "Outgoing requests by result.",
               {{"upstream", upstream}, {"result", ResultOf(status, http_status)}})
      .Add();
  metrics_
      .histogram("marquee_upstream_request_duration_seconds",
                 "Duration of outgoing requests, including the wait for a connection.",
                 {{"upstream", upstream}})
      .Observe(absl::ToDoubleSeconds(took));
}

void UpstreamMetrics::Connections(const std::string& upstream, int made, int reused) {
  const auto count = [&](const char* kind, int number) {
    if (number == 0) return;
    metrics_
        .counter("marquee_upstream_connections_total",
                 "Connections used by outgoing requests: new or reused.",
                 {{"upstream", upstream}, {"kind", kind}})
        .Add(number);
  };
  count("new", made);
  count("reused", reused);
}

}  // namespace marquee::httpc
