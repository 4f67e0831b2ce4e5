#include "libs/cache/traces.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "libs/cache/lru.h"
#include "libs/cache/tiny_lfu.h"

namespace marquee::cache::traces {
namespace {

struct Case {
  const char* name;
  Trace trace;
  size_t capacity_bytes;
  double least_gain;  // hit ratio above that of LRU
};

std::vector<Case> Cases() {
  return {{"zipf 0.7", Zipf(10'000, 0.7, 200'000), 500'000, 0.05},
          {"zipf 0.9", Zipf(10'000, 0.9, 200'000), 500'000, 0.05},
          {"zipf 1.1", Zipf(10'000, 1.1, 200'000), 500'000, 0.02},
          {"loop", Loop(1000, 50), 500'000, 0.4},
          {"scan and zipf", ScanAndZipf(5'000, 0.9, 100'000, 1'000, 800), 400'000, 0.05},
          // Screens that step through one playlist close together suit LRU.
          {"a slideshow's day", SlideshowDay(3'000, 4, 150'000), 1'000'000, -0.03}};
}

TEST(TracesTest, TinyLfuBeatsLruAndStaysBelowTheOptimum) {
  for (const Case& c : Cases()) {
    const Score ours = Play<TinyLfu>(c.trace, c.capacity_bytes);
    const Score lru = Play<Lru>(c.trace, c.capacity_bytes);
    const Score best = PlayBelady(c.trace, c.capacity_bytes);

    EXPECT_GT(ours.hits, lru.hits + c.least_gain) << c.name;
    EXPECT_GT(ours.bytes, lru.bytes - 0.03) << c.name;
    EXPECT_LE(ours.hits, best.hits + 0.01) << c.name;
    EXPECT_GT(best.hits, lru.hits) << c.name;
  }
}

TEST(TracesTest, BeladyOnALoopHitsTheCapacity) {
  // With entries of one size there would be exactly 499 hits per round of 999; here half of the
  // bytes fit.
  const Score best = PlayBelady(Loop(1000, 50), 500'000);

  EXPECT_NEAR(best.hits, 0.49, 0.03);
}

TEST(LruTest, EvictsTheLeastRecentlyUsed) {
  Lru policy(300, 0);
  std::vector<Lru::Node> nodes(4);
  std::vector<Lru::Node*> leaving;
  for (size_t i = 0; i < 4; ++i) nodes[i].bytes = 100;
  for (size_t i = 0; i < 3; ++i) policy.Insert(nodes[i], leaving);

  policy.Hit(nodes[0]);
  policy.Insert(nodes[3], leaving);

  EXPECT_EQ(leaving, std::vector<Lru::Node*>{&nodes[1]});
  EXPECT_EQ(policy.bytes(), 300);
}

}  // namespace
}  // namespace marquee::cache::traces
