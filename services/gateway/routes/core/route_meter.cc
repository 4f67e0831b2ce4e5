#include "services/gateway/routes/core/route_meter.h"

#include <fmt/format.h>

namespace marquee::gateway {

void RouteMeter::Count(Method method, int status, absl::Duration took) {
  const base::MutexLock lock(mutex_);
  CounterOf(method, status).Add();
  DurationOf(method).Observe(absl::ToDoubleSeconds(took));
  Total& total = totals_[method];
  ++total.requests;
  if (status >= 400) ++total.errors;
  total.took += took;
}

obs::Counter& RouteMeter::CounterOf(Method method, int status) {
  auto count = counts_.find({method, status});
  if (count == counts_.end()) {
    count = counts_
                .emplace(std::pair(method, status),
                         metrics_.counter("marquee_http_requests_total", "HTTP requests answered.",
                                          {{"method", std::string(MethodName(method))},
                                           {"path", path_},
                                           {"status", fmt::format("{}", status)}}))
                .first;
  }
  return count->second;
}

obs::Histogram& RouteMeter::DurationOf(Method method) {
  auto duration = durations_.find(method);
  if (duration == durations_.end()) {
    duration =
        durations_
            .emplace(method, metrics_.histogram(
                                 "marquee_http_request_duration_seconds",
                                 "Time until a response was ready to be sent.",
                                 {{"method", std::string(MethodName(method))}, {"path", path_}}))
            .first;
  }
  return duration->second;
}

void RouteMeter::AppendTo(std::vector<Endpoint>& endpoints) const {
  const base::MutexLock lock(mutex_);
  for (const auto& [method, total] : totals_) {
    endpoints.push_back({.name = fmt::format("{} {}", MethodName(method), path_),
                         .requests = total.requests,
                         .errors = total.errors,
                         .average_ms = absl::ToDoubleMilliseconds(total.took) /
                                       static_cast<double>(total.requests)});
  }
}

}  // namespace marquee::gateway
