#include "libs/obs/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

#include "libs/base/listeners.h"
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
  // Registering a family twice with the same name and labels merges instead of throwing.
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  base::Listeners<const std::function<void()>> refreshers;
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
  return state_->refreshers.Add(std::make_shared<const std::function<void()>>(std::move(refresh)));
}

std::string Metrics::Render() {
  state_->refreshers.Each([](const std::function<void()>& refresh) { refresh(); });
  UpdateProcessMetrics(*this);
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace marquee::obs
