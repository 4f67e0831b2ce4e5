#include "libs/cache/ghost_curve.h"

#include <gtest/gtest.h>

#include <cmath>

#include "libs/cache/lru.h"
#include "libs/cache/tiny_lfu.h"
#include "libs/cache/traces.h"

namespace marquee::cache {
namespace {

constexpr size_t kCapacity = 2'000'000;

std::vector<GhostCurve::Point> Watch(const traces::Trace& trace, GhostCurve::Policy policy) {
  GhostCurve ghost({.capacity_bytes = kCapacity, .expected_entry_bytes = 1000, .policy = policy});
  for (const traces::Request& request : trace) {
    ghost.Request(request.key);
    ghost.Loaded(request.key, request.bytes);
  }
  return ghost.Points();
}

TEST(GhostCurveTest, PredictsTheHitRatioAtOtherSizes) {
  const traces::Trace trace = traces::Zipf(40'000, 0.8, 400'000);

  const auto lfu = Watch(trace, GhostCurve::Policy::kTinyLfu);
  const auto lru = Watch(trace, GhostCurve::Policy::kLru);

  ASSERT_EQ(lfu.size(), 4);
  for (size_t i = 0; i < 4; ++i) {
    const auto bytes = static_cast<size_t>(kCapacity * lfu[i].size_factor);
    EXPECT_NEAR(lfu[i].hit_ratio, traces::Play<TinyLfu>(trace, bytes).hits, 0.08)
        << lfu[i].size_factor;
    EXPECT_NEAR(lru[i].hit_ratio, traces::Play<Lru>(trace, bytes).hits, 0.08) << lru[i].size_factor;
    if (i > 0) EXPECT_GE(lfu[i].hit_ratio, lfu[i - 1].hit_ratio);
  }
}

TEST(GhostCurveTest, PredictsThatALoopFitsIntoTwiceTheSize) {
  // 3,000 images of 1,000 bytes: too many for half the size and the size itself, not for twice.
  const auto points = Watch(traces::Loop(3'000, 100), GhostCurve::Policy::kLru);

  ASSERT_EQ(points.size(), 4);
  EXPECT_LT(points[1].hit_ratio, 0.2);
  EXPECT_GT(points[2].hit_ratio, 0.9);
}

TEST(GhostCurveTest, IsEmptyUntilTheSampleIsLargeEnough) {
  EXPECT_TRUE(Watch(traces::Zipf(100, 1, 100), GhostCurve::Policy::kTinyLfu).empty());
}

}  // namespace
}  // namespace marquee::cache
