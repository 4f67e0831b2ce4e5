// Counts the requests and responses of one route, for Prometheus and for the metrics views.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

// The metrics of one pattern (names in router.h), created at first use, because most routes return
// only two or three statuses. Thread-safe; `metrics` must outlive it.
class RouteMeter {
 public:
  struct Endpoint {
    std::string name;  // "GET /api/devices/:id"
    int64_t requests = 0;
    int64_t errors = 0;  // 4xx and 5xx
    double average_ms = 0;
  };

  RouteMeter(obs::Metrics& metrics, std::string path) : metrics_(metrics), path_(std::move(path)) {}

  void Count(Method method, int status, absl::Duration took);
  // One for each method that was requested.
  void AppendTo(std::vector<Endpoint>& endpoints) const;

 private:
  struct Total {
    int64_t requests = 0;
    int64_t errors = 0;
    absl::Duration took = absl::ZeroDuration();
  };

  obs::Counter& CounterOf(Method method, int status) MARQUEE_REQUIRES(mutex_);
  obs::Histogram& DurationOf(Method method) MARQUEE_REQUIRES(mutex_);

  obs::Metrics& metrics_;
  const std::string path_;
  mutable base::Mutex mutex_;
  std::map<std::pair<Method, int>, obs::Counter> counts_ MARQUEE_GUARDED_BY(mutex_);
  std::map<Method, obs::Histogram> durations_ MARQUEE_GUARDED_BY(mutex_);
  std::map<Method, Total> totals_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
