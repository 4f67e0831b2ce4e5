#include "services/imageproc/service/tier_report.h"

#include <absl/time/time.h>

#include <string>
#include <vector>

#include "services/imageproc/service/durations.h"
#include "services/imageproc/service/recommendation.h"

namespace marquee::imageproc {
namespace {

void FillCurve(const std::vector<cache::GhostCurve::Point>& points, v1::TierStats& stats) {
  for (const cache::GhostCurve::Point& point : points) {
    v1::TierStats::GhostPoint& out = *stats.add_ghost_curve();
    out.set_size_factor(point.size_factor);
    out.set_hit_ratio(point.hit_ratio);
  }
  const std::string tier = stats.tier() == v1::TIER_MEMORY ? "memory" : "disk";
  const std::string advice =
      Recommend(tier, static_cast<uint64_t>(stats.max_bytes()) >> 20, points);
  if (!advice.empty()) stats.add_recommendations(advice);
}

}  // namespace

void TierReport::Fill(v1::GetCacheStatsResponse& response) const {
  const cache::ByteCacheStats held = deps_.memory.stats();
  v1::TierStats& memory = *response.add_tiers();
  memory.set_tier(v1::TIER_MEMORY);
  memory.set_entries(static_cast<int64_t>(held.entries));
  memory.set_bytes(static_cast<int64_t>(held.bytes));
  memory.set_max_bytes(static_cast<int64_t>(deps_.memory.max_bytes()));
  memory.set_inserts(static_cast<int64_t>(held.inserts));
  memory.set_rejected(static_cast<int64_t>(held.rejected));
  Set(*memory.mutable_oldest_age(), deps_.memory.OldestAge());
  memory.set_healthy(true);
  FillCounts("memory", deps_.memory_metrics, memory);
  FillCurve(deps_.memory.ghost_points(), memory);

  v1::TierStats& disk = *response.add_tiers();
  disk.set_tier(v1::TIER_DISK);
  disk.set_entries(static_cast<int64_t>(deps_.disk.entries()));
  disk.set_bytes(static_cast<int64_t>(deps_.disk.bytes()));
  disk.set_max_bytes(static_cast<int64_t>(deps_.disk.max_bytes()));
  disk.set_inserts(static_cast<int64_t>(deps_.disk.inserts()));
  Set(*disk.mutable_oldest_age(), deps_.disk.OldestAge());
  disk.set_healthy(deps_.disk.healthy());
  FillCounts("disk", deps_.disk_metrics, disk);
  FillCurve(deps_.disk.ghost_points(), disk);
  if (!disk.healthy()) {
    disk.add_recommendations(
        "the disk tier cannot be used: see the log for why; images are made again and again");
  }
}

void TierReport::FillCounts(const char* tier, const obs::CacheMetrics& metrics,
                            v1::TierStats& stats) const {
  const auto count = [this, tier](const char* name, const char* label, const char* value) {
    const obs::Labels labels{{"cache", "image"}, {"tier", tier}, {label, value}};
    return static_cast<int64_t>(deps_.metrics.counter(name, "", labels).value());
  };
  const auto looks = [&count](const char* result) {
    return count("marquee_cache_requests_total", "result", result);
  };
  stats.set_hits(looks("hit"));
  stats.set_misses(looks("miss"));
  stats.set_stale_hits(looks("stale"));
  stats.set_coalesced(looks("coalesced"));
  for (const char* cause : {"size", "age", "corrupt", "purge"}) {
    const int64_t evicted = count("marquee_cache_evictions_total", "cause", cause);
    if (evicted > 0) (*stats.mutable_evictions())[cause] = evicted;
  }
  const int64_t useful = stats.hits() + stats.stale_hits();
  const int64_t all = useful + stats.misses();
  stats.set_hit_ratio(all == 0 ? 0 : static_cast<double>(useful) / static_cast<double>(all));
  stats.set_hit_ratio_last_minute(metrics.HitRatioLastMinute());
}

}  // namespace marquee::imageproc
