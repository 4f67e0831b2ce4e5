#include "services/gateway/routes/admin/cache_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/routes/display/image.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TierStats Tier(const std::string& name, int64_t hits, int64_t misses) {
  TierStats tier;
  tier.cache = "image";
  tier.tier = name;
  tier.hits = hits;
  tier.misses = misses;
  tier.hit_ratio = static_cast<double>(hits) / static_cast<double>(hits + misses);
  tier.entries = 10;
  tier.bytes = 1024 * 1024;
  tier.max_bytes = 4 * 1024 * 1024;
  return tier;
}

class CacheAdminTest : public RouteTest {
 protected:
  CacheAdminTest() {
    routes_.AddTo(router_);
    image_route_.AddTo(router_);
    images_.answer = MakeImage("image");
  }

  Response Ask(Method method, const std::string& target, const Fields& fields = kWithToken) {
    return RouteTest::Ask(method, target, fields);
  }
  Response Get(const std::string& target) { return Ask(Method::kGet, target); }
  Response RequestImage() { return Ask(Method::kGet, "/image?server=a&path=%2Fb"); }

  InlineExecutor executor_;
  FakeImages images_;
  FakeTiers tiers_;
  RenderedCache rendered_{{}, {.clock = clock_, .metrics = metrics_, .executor = executor_}};
  ImageCache cache_{{}, {.clock = clock_, .metrics = metrics_, .images = images_}};
  const ImageUrlSigner signer_{{}, absl::Hours(24)};
  ImageRoute image_route_{
      {.clock = clock_, .metrics = metrics_, .cache = cache_, .signer = signer_}};
  CacheAdminRoutes routes_{
      {.clock = clock_, .images = cache_, .rendered = rendered_, .tiers = tiers_}};
};

TEST_F(CacheAdminTest, RequiresAToken) {
  for (const char* target :
       {"/api/admin/cache/stats", "/api/admin/cache-stats", "/api/admin/cache/metrics",
        "/api/admin/cache/metrics/summary", "/api/admin/cache/recommendations"}) {
    EXPECT_EQ(Ask(Method::kGet, target, {}).status, 401) << target;
    EXPECT_EQ(Ask(Method::kGet, target).status, 200) << target;
  }
  for (const char* target : {"/api/admin/cache/clear", "/api/admin/cache/reset",
                             "/api/admin/clear-image-cache", "/api/admin/cleanup-cache"}) {
    EXPECT_EQ(Ask(Method::kPost, target, {{"X-API-Key", "wrong"}}).status, 401) << target;
  }
  EXPECT_EQ(tiers_.purges, 0);
}

TEST_F(CacheAdminTest, CountsRenderedBodiesByHitsMissesSetsAndDeletes) {
  const auto render = [this] {
    return RunToEnd(rendered_.Get("k", Coding::kIdentity, absl::Hours(1), [] { return "body"; }));
  };
  render();
  render();
  rendered_.Clear();

  const auto data = Json(Get("/api/admin/cache/stats")).at("data").as_object();

  EXPECT_EQ(data.at("hits"), 1);
  EXPECT_EQ(data.at("misses"), 1);
  EXPECT_EQ(data.at("sets"), 1);
  EXPECT_EQ(data.at("deletes"), 1);
  EXPECT_EQ(data.at("totalRequests"), 2);
  EXPECT_EQ(data.at("hitRate").to_number<double>(), 0.5);
  EXPECT_EQ(data.at("size"), 0);
}

TEST_F(CacheAdminTest, SumsTheTiersOfAllServices) {
  RequestImage();
  RequestImage();
  RequestImage();
  tiers_.tiers = std::vector<TierStats>{Tier("memory", 0, 1), Tier("disk", 1, 0)};

  const auto metrics = Json(Get("/api/admin/cache/metrics")).at("metrics").as_object();
  const auto summary = Json(Get("/api/admin/cache/metrics/summary"));

  // Two hits in the edge tier, one on disk; no image was fetched from its source.
  EXPECT_EQ(metrics.at("combined").at("totalHits"), 3);
  EXPECT_EQ(metrics.at("combined").at("totalMisses"), 0);
  EXPECT_EQ(metrics.at("combined").at("combinedHitRatio").to_number<double>(), 100);
  EXPECT_EQ(metrics.at("disk").at("maxBytes"), 4 * 1024 * 1024);
  EXPECT_EQ(metrics.at("imageCache").at("files"), 10);
  EXPECT_THAT(metrics.at("tiers").as_array(), SizeIs(4));
  EXPECT_EQ(summary.at("totalRequests"), 3);
  EXPECT_EQ(summary.at("diskHitRatio").to_number<double>(), 100);
  EXPECT_EQ(summary.at("imageCacheFiles"), 10);
}

TEST_F(CacheAdminTest, ReportsHitsAndMissesPerSecond) {
  tiers_.tiers = std::vector<TierStats>{Tier("memory", 100, 10)};
  const auto first = Json(Get("/api/admin/cache/metrics"));
  EXPECT_TRUE(first.at("metrics").at("memory").at("hitsPerSecond").is_null());

  clock_.Advance(absl::Seconds(10));
  tiers_.tiers = std::vector<TierStats>{Tier("memory", 150, 15)};
  const auto second = Json(Get("/api/admin/cache/metrics"));

  EXPECT_EQ(second.at("metrics").at("memory").at("hitsPerSecond").to_number<double>(), 5);
  EXPECT_EQ(second.at("metrics").at("memory").at("missesPerSecond").to_number<double>(), 0.5);
}

TEST_F(CacheAdminTest, ReportsEdgeTierWhenTheImageServiceIsUnavailable) {
  tiers_.tiers = absl::UnavailableError("away");
  const Response answer = Get("/api/admin/cache/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json(answer).at("metrics").at("imageServiceAnswers"), false);
  EXPECT_THAT(BodyOf(Get("/api/admin/cache/recommendations")), HasSubstr("is unavailable"));
}

TEST_F(CacheAdminTest, RecommendsImprovementsFromStatistics) {
  TierStats small = Tier("memory", 10, 90);
  small.bytes = small.max_bytes;
  small.ghost_curve = {{0.5, 0.05}, {1, 0.1}, {2, 0.8}};
  TierStats ill = Tier("disk", 1, 0);
  ill.healthy = false;
  tiers_.tiers = std::vector<TierStats>{small, ill};

  const auto body = Json(Get("/api/admin/cache/recommendations"));

  EXPECT_EQ(body.at("count").at("high"), 2);
  EXPECT_EQ(body.at("count").at("medium"), 1);
  EXPECT_EQ(body.at("count").at("total"), 3);
  const auto& list = body.at("recommendations").as_array();
  EXPECT_EQ(list.front().at("severity"), "high");
  EXPECT_EQ(list.back().at("message"),
            "at 2 times its size, 80 % of lookups would be hits instead of 10 %");
}

TEST_F(CacheAdminTest, RecommendsNothingForHealthyTiers) {
  tiers_.tiers = std::vector<TierStats>{Tier("memory", 90, 10)};
  EXPECT_EQ(Json(Get("/api/admin/cache/recommendations")).at("count").at("total"), 1);
  EXPECT_THAT(BodyOf(Get("/api/admin/cache/recommendations")), HasSubstr("no recommendations"));
}

TEST_F(CacheAdminTest, ClearsEveryTier) {
  RequestImage();
  tiers_.purged = Purged{.entries = 4, .bytes = 3 * 1024 * 1024};

  const auto body = Json(Ask(Method::kPost, "/api/admin/clear-image-cache"));

  EXPECT_EQ(tiers_.purges, 1);
  EXPECT_EQ(body.at("filesRemoved"), 5);
  EXPECT_EQ(body.at("spaceSaved"), "3.00 MB");
  EXPECT_EQ(RequestImage().headers.Get("X-Cache"), "MISS");
}

TEST_F(CacheAdminTest, ReportsWhenOnlyTheEdgeTierWasCleared) {
  tiers_.purged = absl::UnavailableError("away");
  EXPECT_EQ(Ask(Method::kPost, "/api/admin/cache/clear").status, 503);
}

TEST_F(CacheAdminTest, CleanupRemovesOnlyStaleEntries) {
  RequestImage();
  clock_.Advance(absl::Minutes(5));
  Ask(Method::kGet, "/image?server=a&path=%2Fc");
  clock_.Advance(absl::Minutes(6));

  const auto body = Json(Ask(Method::kPost, "/api/admin/cleanup-cache"));

  EXPECT_EQ(body.at("filesRemoved"), 1);
  EXPECT_EQ(Ask(Method::kGet, "/image?server=a&path=%2Fc").headers.Get("X-Cache"), "HIT");
}

TEST_F(CacheAdminTest, ResetRestartsTheCounters) {
  RequestImage();
  RequestImage();
  Ask(Method::kPost, "/api/admin/cache/reset");
  RequestImage();
  const auto combined =
      Json(Get("/api/admin/cache/metrics")).at("metrics").at("combined").as_object();
  EXPECT_EQ(combined.at("totalHits"), 1);
  EXPECT_EQ(combined.at("totalMisses"), 0);
}

}  // namespace
}  // namespace marquee::gateway
