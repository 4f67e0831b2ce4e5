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
                               "Requests to other servers under way or waiting for a "
                               "connection.")) {}

// The series are looked up each time: a request to another machine costs far more than the lookup,
// and only what was really seen becomes a series.
void UpstreamMetrics::Ended(const std::string& upstream, const absl::Status& status,
                            int http_status, absl::Duration took) {
  metrics_
      .counter("marquee_upstream_requests_total", "Requests to other servers, by how they ended.",
               {{"upstream", upstream}, {"result", ResultOf(status, http_status)}})
      .Add();
  metrics_
      .histogram("marquee_upstream_request_duration_seconds",
                 "Time from the start of a request to its end, waiting for a connection included.",
                 {{"upstream", upstream}})
      .Observe(absl::ToDoubleSeconds(took));
}

void UpstreamMetrics::Connections(const std::string& upstream, int made, int reused) {
  const auto count = [&](const char* kind, int number) {
    if (number == 0) return;
    metrics_
        .counter("marquee_upstream_connections_total",
                 "Connections used by requests to other servers: made for them, or used again.",
                 {{"upstream", upstream}, {"kind", kind}})
        .Add(number);
  };
  count("new", made);
  count("reused", reused);
}

}  // namespace marquee::httpc
