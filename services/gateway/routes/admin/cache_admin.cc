#include "services/gateway/routes/admin/cache_admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

// The counters of `tier` since `then`. After a restart of its service, since that restart.
void Subtract(const TierStats& then, TierStats& tier) {
  if (tier.requests() < then.requests()) return;
  tier.hits -= then.hits;
  tier.misses -= then.misses;
  tier.stale -= then.stale;
  tier.coalesced -= then.coalesced;
  tier.sets -= then.sets;
  tier.rejected -= then.rejected;
  tier.deletes -= then.deletes;
  for (const auto& [cause, count] : then.evictions) tier.evictions[cause] -= count;
  tier.hit_ratio = tier.requests() == 0 ? 0
                                        : static_cast<double>(tier.hits + tier.stale) /
                                              static_cast<double>(tier.requests());
}

Response Done(std::string_view message, int64_t entries, int64_t bytes) {
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Text("message", message);
  object.Integer("filesRemoved", entries);
  object.Text("spaceSaved", fmt::format("{:.2f} MB", static_cast<double>(bytes) / 1024 / 1024));
  object.Close();
  return JsonAnswer(200, std::move(text));
}

Response ImagesAway() {
  return ServiceUnavailable("The image service is unavailable; only the edge tier was cleared");
}

}  // namespace

void CacheAdminRoutes::AddTo(Router& router) {
  AddReport(router, "/api/admin/cache/stats",
            [](const CacheReport& report, absl::Time) { return ResponseStatsJson(report); });
  AddReport(router, "/api/admin/cache-stats",
            [](const CacheReport& report, absl::Time) { return DiskStatsJson(report); });
  AddReport(router, "/api/admin/cache/metrics", MetricsJson);
  AddReport(router, "/api/admin/cache/metrics/summary", SummaryJson);
  AddReport(
      router, "/api/admin/cache/recommendations",
      [](const CacheReport& report, absl::Time now) { return AdviceJson(AdviceOn(report), now); });
  router.Add(
      Method::kPost, "/api/admin/cache/reset",
      [this](const RequestPtr&, const std::string&) { return Reset(); }, Access::kAdmin);
  router.Add(
      Method::kPost, "/api/admin/cache/clear",
      [this](const RequestPtr&, const std::string&) { return Clear(); }, Access::kAdmin);
  router.Add(
      Method::kPost, "/api/admin/clear-image-cache",
      [this](const RequestPtr&, const std::string&) { return ClearImages(); }, Access::kAdmin);
  router.Add(
      Method::kPost, "/api/admin/cleanup-cache",
      [this](RequestPtr, std::string) -> asio::awaitable<Response> { co_return Cleanup(); },
      Access::kAdmin);
}

void CacheAdminRoutes::AddReport(Router& router, std::string_view path, Render render) {
  router.Add(
      Method::kGet, path,
      [this, render](RequestPtr, std::string) -> asio::awaitable<Response> {
        const CacheReport report = co_await Report();
        co_return JsonAnswer(200, render(report, deps_.clock.Now()));
      },
      Access::kRead);
}

asio::awaitable<CacheReport> CacheAdminRoutes::Report() {
  CacheReport report;
  report.tiers.push_back(deps_.rendered.stats());
  report.tiers.push_back(deps_.images.stats());
  auto behind = co_await deps_.tiers.Stats();
  report.images_known = behind.ok();
  if (behind.ok()) {
    for (TierStats& tier : *behind) report.tiers.push_back(std::move(tier));
  }
  report.rates = rates_.Look(deps_.clock.Monotonic(), report.tiers);
  const base::MutexLock lock(mutex_);
  for (TierStats& tier : report.tiers) {
    const auto then = std::ranges::find_if(baseline_, [&](const TierStats& other) {
      return other.cache == tier.cache && other.tier == tier.tier;
    });
    if (then != baseline_.end()) Subtract(*then, tier);
  }
  co_return report;
}

asio::awaitable<Response> CacheAdminRoutes::ClearImages() {
  const auto at_edge = static_cast<int64_t>(deps_.images.Clear());
  const auto purged = co_await deps_.tiers.PurgeAll();
  // A fetch that ended between the two purges may have stored an image from the old tiers.
  deps_.images.Clear();
  if (!purged.ok()) co_return ImagesAway();
  co_return Done("Image cache cleared", purged->entries + at_edge, purged->bytes);
}

asio::awaitable<Response> CacheAdminRoutes::Clear() {
  deps_.rendered.Clear();
  co_return co_await ClearImages();
}

asio::awaitable<Response> CacheAdminRoutes::Reset() {
  {
    const base::MutexLock lock(mutex_);
    baseline_.clear();
  }
  CacheReport report = co_await Report();
  {
    const base::MutexLock lock(mutex_);
    baseline_ = std::move(report.tiers);
  }
  co_return JsonAnswer(200, R"({"success":true,"message":"Cache statistics reset"})");
}

Response CacheAdminRoutes::Cleanup() {
  const int64_t before = deps_.images.stats().bytes;
  const auto gone = static_cast<int64_t>(deps_.images.DropStale());
  return Done("Stale entries removed; every tier stays within its size limit automatically", gone,
              before - deps_.images.stats().bytes);
}

}  // namespace marquee::gateway
