#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/obs/cache_metrics.h"
#include "libs/obs/json_text.h"
#include "libs/obs/metrics.h"
#include "libs/testing/fake_clock.h"

namespace marquee::obs {
namespace {

using ::testing::HasSubstr;

TEST(CacheMetricsTest, RatioCoversTheLastMinute) {
  testing::FakeClock clock;
  Metrics metrics;
  CacheMetrics tier(metrics, clock, "image", "memory");
  tier.Miss();
  clock.Advance(absl::Seconds(30));
  tier.Hit();
  EXPECT_DOUBLE_EQ(tier.HitRatioLastMinute(), 0.5);

  clock.Advance(absl::Seconds(31));

  EXPECT_DOUBLE_EQ(tier.HitRatioLastMinute(), 1.0);
}

TEST(CacheMetricsTest, RendersTheNamesUsedByDashboards) {
  testing::FakeClock clock;
  Metrics metrics;
  CacheMetrics tier(metrics, clock, "image", "disk");
  tier.Hit();

  const std::string text = metrics.Render();

  EXPECT_THAT(
      text, HasSubstr(R"(marquee_cache_requests_total{cache="image",result="hit",tier="disk"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(marquee_cache_hit_ratio{cache="image",tier="disk"} 1)"));
  EXPECT_THAT(text, HasSubstr("process_resident_memory_bytes"));
}

TEST(JsonTextTest, EscapesControlCharactersAndReplacesInvalidUtf8) {
  std::string out;

  AppendJsonString(out, "a\"b\\c\n\x01 \xC3\xA9 \xFF");

  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001 \xC3\xA9 \xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace marquee::obs
