#include "libs/app/held_logger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"

namespace marquee::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class HeldLoggerTest : public ::testing::Test {
 protected:
  testing::FakeClock clock_;
  testing::CapturingLogger out_;
  HeldLogger logger_{out_, clock_};
};

TEST_F(HeldLoggerTest, PassesHeldLinesWithAllFieldsOnRelease) {
  {
    const std::string passing = "gone when released";
    logger_.Warn("a", {{"text", passing}, {"number", 7}, {"real", 0.5}, {"yes", true}});
  }
  EXPECT_THAT(out_.lines(), IsEmpty());

  logger_.Release();
  logger_.Info("b");

  EXPECT_THAT(out_.lines(),
              ElementsAre("warn a text=gone when released number=7 real=0.5 yes=true", "info b"));
}

TEST_F(HeldLoggerTest, DropsAllLinesAfterDiscard) {
  logger_.Info("a");

  logger_.Discard();
  logger_.Info("b");

  EXPECT_THAT(out_.lines(), IsEmpty());
}

TEST_F(HeldLoggerTest, PassesHeldLinesAfterOneSecond) {
  logger_.Info("a");
  clock_.Advance(absl::Milliseconds(1001));

  logger_.Info("b");

  EXPECT_THAT(out_.lines(), ElementsAre("info a", "info b"));
}

TEST_F(HeldLoggerTest, PassesHeldLinesBeyond500) {
  for (int i = 0; i < 499; ++i) logger_.Info("a");
  EXPECT_THAT(out_.lines(), IsEmpty());

  logger_.Info("a");

  EXPECT_THAT(out_.lines(), SizeIs(500));
}

}  // namespace
}  // namespace marquee::app
