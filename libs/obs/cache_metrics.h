// Metrics of one cache tier. Dashboards rely on these names:
//   marquee_cache_requests_total{cache,tier,result}  result: hit, miss, stale, coalesced
//   marquee_cache_hit_ratio{cache,tier}              over the last minute, 0…1
//   marquee_cache_entries / marquee_cache_bytes{cache,tier}
//   marquee_cache_evictions_total{cache,tier,cause}  cause: size, age, corrupt, purge
// Counted only by the owner of the tier, so that sums over processes are correct.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "libs/obs/recent_ratio.h"

namespace marquee::obs {

// Thread-safe. `clock` and `metrics` must outlive it.
class CacheMetrics {
 public:
  // cache: "response" or "image"; tier: "edge", "memory", "disk", "shared".
  CacheMetrics(Metrics& metrics, const base::Clock& clock, const std::string& cache,
               const std::string& tier);

  void Hit();
  void Miss();
  void Stale();      // served a stale entry
  void Coalesced();  // joined a request in progress; neither hit nor miss
  void Evicted(const std::string& cause, double entries = 1);
  void SetSize(double entries, double bytes);

  struct Totals {
    int64_t hits = 0;  // since the start, like the next three
    int64_t misses = 0;
    int64_t stale = 0;
    int64_t coalesced = 0;
    RecentRatio::Counts last_minute;  // successes: hits and stale; total: these and misses
  };
  Totals totals() const;

  // hits + stale, over hits + stale + misses, in the last minute; 0 without requests.
  double HitRatioLastMinute() const;

 private:
  Metrics& metrics_;
  const Labels labels_;
  const Counter hits_;
  const Counter misses_;
  const Counter stale_;
  const Counter coalesced_;
  const Gauge entries_;
  const Gauge bytes_;
  const Gauge ratio_;
  RecentRatio recent_;
  std::shared_ptr<void> on_scrape_;
};

}  // namespace marquee::obs
