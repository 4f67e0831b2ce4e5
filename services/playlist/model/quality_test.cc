#include "services/playlist/model/quality.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

TEST(QualityLabelTest, DerivesTheLabelFromTheLargerSide) {
  EXPECT_EQ(QualityLabel(0, 0), "");
  EXPECT_EQ(QualityLabel(720, 576), "SD");
  EXPECT_EQ(QualityLabel(0, 576), "SD");
  EXPECT_EQ(QualityLabel(1280, 534), "720p");
  EXPECT_EQ(QualityLabel(0, 720), "720p");
  EXPECT_EQ(QualityLabel(1920, 800), "1080p");
  EXPECT_EQ(QualityLabel(1440, 1080), "1080p");
  EXPECT_EQ(QualityLabel(2560, 1440), "1440p");
  EXPECT_EQ(QualityLabel(3840, 1600), "4K");
  EXPECT_EQ(QualityLabel(0, 2160), "4K");
}

TEST(TomatoesTest, UseTheThresholdsOfTheSite) {
  EXPECT_EQ(TomatoesOf(85)->icon, "certified-fresh");
  EXPECT_EQ(TomatoesOf(84.9)->icon, "fresh");
  EXPECT_EQ(TomatoesOf(60)->icon, "fresh");
  EXPECT_EQ(TomatoesOf(59)->icon, "rotten");
  EXPECT_EQ(TomatoesOf(74)->original_score, 7.4);
  EXPECT_EQ(TomatoesOf(-1), std::nullopt);
  EXPECT_EQ(TomatoesOf(101), std::nullopt);
}

}  // namespace
}  // namespace marquee::playlist
