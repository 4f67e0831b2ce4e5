#include "services/playlist/service/hung_reads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

TEST(HungReadsTest, ASourceHangsWhileSeveralOfItsReadsDo) {
  obs::Metrics metrics;
  HungReads reads(metrics);
  EXPECT_FALSE(reads.AnyOf("nas"));

  for (size_t i = 1; i <= HungReads::kSourceHangs; ++i) {
    EXPECT_FALSE(reads.Hangs("nas"));
    reads.Began("nas");
    EXPECT_TRUE(reads.AnyOf("nas"));
  }
  EXPECT_TRUE(reads.Hangs("nas"));
  EXPECT_FALSE(reads.AnyOf("disk"));
  EXPECT_THAT(metrics.Render(), HasSubstr("marquee_artwork_hung_reads 3"));

  reads.Ended("nas");
  EXPECT_FALSE(reads.Hangs("nas"));
  reads.Ended("nas");
  reads.Ended("nas");
  reads.Ended("nas");
  EXPECT_FALSE(reads.AnyOf("nas"));
  EXPECT_THAT(metrics.Render(), HasSubstr("marquee_artwork_hung_reads 0"));
}

}  // namespace
}  // namespace marquee::playlist
