#include "services/gateway/routes/admin/cache_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;
// A tier with fewer lookups than this gets no recommendation.
constexpr int64_t kEnoughRequests = 50;
// The thresholds of Posterrama 2.9.4's cache_efficiency check.
constexpr double kPoorRatio = 0.4;
constexpr double kFairRatio = 0.7;
// The minimum gain of a larger tier for which more memory is recommended.
constexpr double kWorthwhileGain = 0.05;

double Rounded(double value) { return std::round(value * 100) / 100; }
double Percent(double ratio) { return Rounded(ratio * 100); }
double Ratio(int64_t part, int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::string NameOf(const TierStats& tier) { return fmt::format("{}/{}", tier.cache, tier.tier); }

void WriteTier(const TierStats& tier, const TierRates& rates, std::string& out) {
  JsonObject object(out);
  object.Text("cache", tier.cache);
  object.Text("tier", tier.tier);
  object.Integer("entries", tier.entries);
  object.Integer("bytes", tier.bytes);
  object.Integer("maxBytes", tier.max_bytes);
  object.Integer("hits", tier.hits);
  object.Integer("misses", tier.misses);
  object.Integer("stale", tier.stale);
  object.Integer("coalesced", tier.coalesced);
  object.Integer("sets", tier.sets);
  object.Integer("rejected", tier.rejected);
  object.Integer("deletes", tier.deletes);
  object.Integer("evictions", tier.evicted());
  object.Number("hitRatio", Percent(tier.hit_ratio));
  object.Number("hitRatioLastMinute", Percent(tier.hit_ratio_last_minute));
  if (const auto rate = rates.find({tier.cache, tier.tier}); rate != rates.end()) {
    object.Number("hitsPerSecond", Rounded(rate->second.hits_per_second));
    object.Number("missesPerSecond", Rounded(rate->second.misses_per_second));
  } else {
    object.Raw("hitsPerSecond", "null");
    object.Raw("missesPerSecond", "null");
  }
  object.Integer("oldestAgeSeconds", absl::ToInt64Seconds(tier.oldest_age));
  object.Bool("healthy", tier.healthy);
  object.Name("ghostCurve");
  out += '[';
  for (const auto& [factor, ratio] : tier.ghost_curve) {
    if (out.back() != '[') out += ',';
    JsonObject point(out);
    point.Number("sizeFactor", factor);
    point.Number("hitRatio", Percent(ratio));
    point.Close();
  }
  out += ']';
  object.Close();
}

void Advise(const TierStats& tier, std::vector<Advice>& advice) {
  const std::string name = NameOf(tier);
  if (!tier.healthy) {
    advice.push_back({"high", name, "the tier is unavailable; see the log of its service"});
  }
  for (const std::string& sentence : tier.recommendations) {
    advice.push_back({"medium", name, sentence});
  }
  if (tier.requests() < kEnoughRequests) return;
  const bool full = tier.max_bytes > 0 && tier.bytes * 10 >= tier.max_bytes * 9;
  if (tier.hit_ratio < kFairRatio && full) {
    advice.push_back({tier.hit_ratio < kPoorRatio ? "high" : "medium", name,
                      fmt::format("{:.0f} % of {} lookups were hits and its {:.0f} MiB are full; "
                                  "increase its size",
                                  tier.hit_ratio * 100, tier.requests(),
                                  static_cast<double>(tier.max_bytes) / kMiB)});
  }
  for (const auto& [factor, ratio] : tier.ghost_curve) {
    if (factor <= 1 || ratio < tier.hit_ratio + kWorthwhileGain) continue;
    advice.push_back(
        {"medium", name,
         fmt::format(
             "at {:g} times its size, {:.0f} % of lookups would be hits instead of {:.0f} %",
             factor, ratio * 100, tier.hit_ratio * 100)});
    break;
  }
}

}  // namespace

double CacheTotals::hit_ratio() const { return Ratio(hits, hits + misses); }

const TierStats* FindTier(const CacheReport& report, std::string_view cache,
                          std::string_view tier) {
  for (const TierStats& each : report.tiers) {
    if (each.cache == cache && each.tier == tier) return &each;
  }
  return nullptr;
}

CacheTotals TotalsOf(const CacheReport& report) {
  CacheTotals totals;
  std::map<std::string, int64_t> misses;
  for (const TierStats& tier : report.tiers) {
    totals.hits += tier.hits + tier.stale;
    misses[tier.cache] = tier.misses;
    totals.entries += tier.entries;
    if (tier.tier == "edge" || tier.tier == "memory") totals.memory_bytes += tier.bytes;
  }
  for (const auto& [cache, count] : misses) totals.misses += count;
  return totals;
}

std::vector<Advice> AdviceOn(const CacheReport& report) {
  std::vector<Advice> advice;
  if (!report.images_known) {
    advice.push_back({"high", "image", "the image service is unavailable; its tiers are missing"});
  }
  for (const TierStats& tier : report.tiers) Advise(tier, advice);
  constexpr std::array<std::string_view, 3> kWorstFirst{"high", "medium", "info"};
  std::sort(advice.begin(), advice.end(), [&](const Advice& a, const Advice& b) {
    return std::find(kWorstFirst.begin(), kWorstFirst.end(), a.severity) <
           std::find(kWorstFirst.begin(), kWorstFirst.end(), b.severity);
  });
  if (advice.empty()) advice.push_back({"info", "all", "no recommendations"});
  return advice;
}

std::string ResponseStatsJson(const CacheReport& report) {
  const TierStats none;
  const TierStats* tier = FindTier(report, "response", "edge");
  if (tier == nullptr) tier = &none;
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Name("data");
  JsonObject data(text);
  data.Integer("hits", tier->hits);
  data.Integer("misses", tier->misses);
  data.Integer("sets", tier->sets);
  data.Integer("deletes", tier->deletes);
  data.Integer("totalRequests", tier->requests());
  data.Number("hitRate", tier->hit_ratio);
  data.Integer("size", tier->entries);
  data.Integer("memoryUsage", tier->bytes);
  data.Close();
  object.Close();
  return text;
}

std::string DiskStatsJson(const CacheReport& report) {
  const TierStats none;
  const TierStats* disk = FindTier(report, "image", "disk");
  if (disk == nullptr) disk = &none;
  const TierStats* response = FindTier(report, "response", "edge");
  const CacheTotals totals = TotalsOf(report);
  std::string text;
  JsonObject object(text);
  object.Name("diskUsage");
  JsonObject usage(text);
  usage.Integer("imageCache", disk->bytes);
  usage.Integer("logFiles", 0);  // logs go to standard error
  usage.Integer("total", disk->bytes);
  usage.Close();
  object.Name("itemCount");
  JsonObject items(text);
  items.Integer("media", response == nullptr ? 0 : response->entries);
  items.Integer("config", 0);  // counted with media
  items.Integer("image", disk->entries);
  items.Integer("total", totals.entries);
  items.Close();
  object.Name("cacheStats");
  JsonObject stats(text);
  stats.Integer("hits", totals.hits);
  stats.Integer("misses", totals.misses);
  stats.Number("hitRate", totals.hit_ratio());
  stats.Close();
  object.Name("cacheConfig");
  JsonObject config(text);
  config.Number("maxSizeGB", Rounded(static_cast<double>(disk->max_bytes) / kMiB / 1024));
  config.Close();
  object.Close();
  return text;
}

std::string MetricsJson(const CacheReport& report, absl::Time now) {
  const CacheTotals totals = TotalsOf(report);
  const TierStats none;
  const auto tier = [&](std::string_view cache, std::string_view name) -> const TierStats& {
    const TierStats* found = FindTier(report, cache, name);
    return found == nullptr ? none : *found;
  };
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Name("metrics");
  JsonObject metrics(text);
  metrics.Name("memory");
  WriteTier(tier("image", "memory"), report.rates, text);
  metrics.Name("api");
  WriteTier(tier("response", "edge"), report.rates, text);
  const TierStats& disk = tier("image", "disk");
  metrics.Name("imageCache");
  JsonObject images(text);
  images.Integer("files", disk.entries);
  images.Number("totalSizeMB", Rounded(static_cast<double>(disk.bytes) / kMiB));
  images.Integer("totalSizeBytes", disk.bytes);
  images.Close();
  metrics.Name("disk");
  WriteTier(disk, report.rates, text);
  metrics.Name("tiers");
  text += '[';
  for (const TierStats& each : report.tiers) {
    if (text.back() != '[') text += ',';
    WriteTier(each, report.rates, text);
  }
  text += ']';
  metrics.Name("combined");
  JsonObject combined(text);
  combined.Integer("totalHits", totals.hits);
  combined.Integer("totalMisses", totals.misses);
  combined.Integer("totalRequests", totals.hits + totals.misses);
  combined.Number("combinedHitRatio", Percent(totals.hit_ratio()));
  combined.Integer("totalSize", totals.entries);
  combined.Number("totalMemoryMB", Rounded(static_cast<double>(totals.memory_bytes) / kMiB));
  combined.Close();
  metrics.Bool("imageServiceAnswers", report.images_known);
  metrics.Close();
  object.Text("timestamp", IsoTime(now));
  object.Close();
  return text;
}

std::string SummaryJson(const CacheReport& report, absl::Time now) {
  const CacheTotals totals = TotalsOf(report);
  const auto ratio = [&](std::string_view cache, std::string_view name) {
    const TierStats* found = FindTier(report, cache, name);
    return found == nullptr ? 0 : Percent(found->hit_ratio);
  };
  const TierStats* disk = FindTier(report, "image", "disk");
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Integer("totalRequests", totals.hits + totals.misses);
  object.Number("combinedHitRatio", Percent(totals.hit_ratio()));
  object.Number("memoryHitRatio", ratio("image", "memory"));
  object.Number("apiHitRatio", ratio("response", "edge"));
  object.Number("edgeImageHitRatio", ratio("image", "edge"));
  object.Number("diskHitRatio", ratio("image", "disk"));
  object.Number("totalMemoryMB", Rounded(static_cast<double>(totals.memory_bytes) / kMiB));
  object.Integer("imageCacheFiles", disk == nullptr ? 0 : disk->entries);
  object.Number("imageCacheSizeMB",
                disk == nullptr ? 0 : Rounded(static_cast<double>(disk->bytes) / kMiB));
  object.Text("timestamp", IsoTime(now));
  object.Close();
  return text;
}

std::string AdviceJson(const std::vector<Advice>& advice, absl::Time now) {
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Name("recommendations");
  text += '[';
  std::map<std::string, int64_t> counts;
  for (const Advice& each : advice) {
    if (text.back() != '[') text += ',';
    JsonObject entry(text);
    entry.Text("severity", each.severity);
    entry.Text("source", each.source);
    entry.Text("message", each.message);
    entry.Close();
    ++counts[each.severity];
  }
  text += ']';
  object.Name("count");
  JsonObject count(text);
  for (const char* severity : {"high", "medium", "info"}) count.Integer(severity, counts[severity]);
  count.Integer("total", static_cast<int64_t>(advice.size()));
  count.Close();
  object.Text("timestamp", IsoTime(now));
  object.Close();
  return text;
}

}  // namespace marquee::gateway
