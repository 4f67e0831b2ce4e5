// Prometheus metrics. Handles are cheap to copy and to use (an atomic add); look them up once, at
// construction, and keep them. Label values come from small closed sets, never from ids or URLs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace marquee::obs {

using Labels = std::map<std::string, std::string>;

// All handles: thread-safe; valid as long as the Metrics they came from.
class Counter {
 public:
  explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
  void Add(double amount = 1) const;  // amount >= 0
  double value() const;

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
  void Set(double value) const;
  void Add(double amount) const;  // may be negative
  double value() const;

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram* histogram) : histogram_(histogram) {}
  void Observe(double value) const;

 private:
  prometheus::Histogram* histogram_;
};

// Histogram buckets in seconds for RPCs, HTTP requests and upstream calls: 1 ms … 30 s.
std::vector<double> LatencyBuckets();

// The metrics registry of a process. Thread-safe. Calls with the same name and labels return a
// handle to the same series.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help, const Labels& labels = {},
                      const std::vector<double>& buckets = LatencyBuckets());

  // Runs `refresh` before every scrape, to set gauges that are computed rather than counted.
  // Destroy the returned guard before anything that `refresh` captures.
  [[nodiscard]] std::shared_ptr<void> OnScrape(std::function<void()> refresh);

  // The Prometheus text exposition format, version 0.0.4. Includes process_* metrics
  // (resident memory, CPU seconds, open descriptors).
  std::string Render();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Content-Type of Render()'s result.
inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace marquee::obs
