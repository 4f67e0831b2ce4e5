#include "libs/obs/cache_metrics.h"

namespace marquee::obs {
namespace {

Counter Requests(Metrics& metrics, Labels labels, const std::string& result) {
  labels["result"] = result;
  return metrics.counter("marquee_cache_requests_total", "Lookups in a cache tier by result.",
                         labels);
}

}  // namespace

CacheMetrics::CacheMetrics(Metrics& metrics, const base::Clock& clock, const std::string& cache,
                           const std::string& tier)
    : metrics_(metrics),
      labels_{{"cache", cache}, {"tier", tier}},
      hits_(Requests(metrics, labels_, "hit")),
      misses_(Requests(metrics, labels_, "miss")),
      stale_(Requests(metrics, labels_, "stale")),
      coalesced_(Requests(metrics, labels_, "coalesced")),
      entries_(metrics.gauge("marquee_cache_entries", "Entries held by a cache tier.", labels_)),
      bytes_(metrics.gauge("marquee_cache_bytes", "Bytes held by a cache tier.", labels_)),
      ratio_(metrics.gauge("marquee_cache_hit_ratio",
                           "Hit ratio of a cache tier in the last minute.", labels_)),
      recent_(clock),
      on_scrape_(metrics.OnScrape([this] { ratio_.Set(recent_.value()); })) {}

void CacheMetrics::Hit() {
  hits_.Add();
  recent_.Count(true);
}

void CacheMetrics::Miss() {
  misses_.Add();
  recent_.Count(false);
}

void CacheMetrics::Stale() {
  stale_.Add();
  recent_.Count(true);
}

void CacheMetrics::Coalesced() { coalesced_.Add(); }

void CacheMetrics::Evicted(const std::string& cause, double entries) {
  Labels labels = labels_;
  labels["cause"] = cause;
  metrics_
      .counter("marquee_cache_evictions_total", "Entries removed from a cache tier by cause.",
               labels)
      .Add(entries);
}

void CacheMetrics::SetSize(double entries, double bytes) {
  entries_.Set(entries);
  bytes_.Set(bytes);
}

CacheMetrics::Totals CacheMetrics::totals() const {
  const auto whole = [](const Counter& counter) { return static_cast<int64_t>(counter.value()); };
  return {.hits = whole(hits_),
          .misses = whole(misses_),
          .stale = whole(stale_),
          .coalesced = whole(coalesced_),
          .last_minute = recent_.counts()};
}

double CacheMetrics::HitRatioLastMinute() const { return recent_.value(); }

}  // namespace marquee::obs
