#include "libs/obs/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

#include "libs/base/mutex.h"
#include "libs/obs/process_metrics.h"

namespace marquee::obs {

void Counter::Add(double amount) const { counter_->Increment(amount); }
double Counter::value() const { return counter_->Value(); }
void Gauge::Set(double value) const { gauge_->Set(value); }
void Gauge::Add(double amount) const { gauge_->Increment(amount); }
double Gauge::value() const { return gauge_->Value(); }
void Histogram::Observe(double value) const { histogram_->Observe(value); }

std::vector<double> LatencyBuckets() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

struct Metrics::State {
  // A family registered twice under one name and with the same labels merges instead of throwing.
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  base::Mutex mutex;
  std::vector<std::weak_ptr<std::function<void()>>> refreshers MARQUEE_GUARDED_BY(mutex);
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return Counter(
      &prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return Gauge(
      &prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const Labels& labels,
                             const std::vector<double>& buckets) {
  return Histogram(&prometheus::BuildHistogram()
                        .Name(name)
                        .Help(help)
                        .Register(state_->registry)
                        .Add(labels, buckets));
}

std::shared_ptr<void> Metrics::OnScrape(std::function<void()> refresh) {
  auto refresher = std::make_shared<std::function<void()>>(std::move(refresh));
  const base::MutexLock lock(state_->mutex);
  state_->refreshers.push_back(refresher);
  return refresher;
}

std::string Metrics::Render() {
  std::vector<std::shared_ptr<std::function<void()>>> refreshers;
  {
    const base::MutexLock lock(state_->mutex);
    std::erase_if(state_->refreshers, [](const auto& weak) { return weak.expired(); });
    for (const auto& weak : state_->refreshers) refreshers.push_back(weak.lock());
  }
  for (const auto& refresher : refreshers) {
    if (refresher) (*refresher)();
  }
  UpdateProcessMetrics(*this);
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace marquee::obs
