#include "services/imageproc/service/recommendation.h"

#include <gtest/gtest.h>

namespace marquee::imageproc {
namespace {

TEST(RecommendationTest, RecommendsALargerTier) {
  EXPECT_EQ(Recommend("memory", 64, {{0.5, 0.5}, {1, 0.61}, {2, 0.78}, {4, 0.79}}),
            "the memory tier at 128 MB would lift the hit ratio from 61 % to 78 %");
  EXPECT_EQ(Recommend("disk", 2048, {{0.5, 0.2}, {1, 0.3}, {2, 0.4}, {4, 0.9}}),
            "the disk tier at 8192 MB would lift the hit ratio from 30 % to 90 %");
}

TEST(RecommendationTest, RecommendsASmallerTier) {
  EXPECT_EQ(Recommend("memory", 128, {{0.5, 0.9}, {1, 0.9}, {2, 0.91}, {4, 0.91}}),
            "half of the memory tier would do: 64 MB would hit 90 % instead of 90 %");
}

TEST(RecommendationTest, RecommendsNothingWhenTheSizeIsRightOrDataIsMissing) {
  EXPECT_EQ(Recommend("memory", 128, {{0.5, 0.7}, {1, 0.9}, {2, 0.91}, {4, 0.91}}), "");
  EXPECT_EQ(Recommend("memory", 128, {}), "");
}

}  // namespace
}  // namespace marquee::imageproc
