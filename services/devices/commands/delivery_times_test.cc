#include "services/devices/commands/delivery_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"

namespace marquee::devices {
namespace {

using ::testing::HasSubstr;

class DeliveryTimesTest : public ::testing::Test {
 protected:
  std::string Metrics() { return metrics_.Render(); }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  DeliveryTimes times_{clock_, metrics_, 2};
};

TEST_F(DeliveryTimesTest, ObservesTheTimeToTheAcknowledgementOnce) {
  times_.Accepted("a");
  clock_.Advance(absl::Milliseconds(1500));
  times_.Acknowledged("a");
  times_.Acknowledged("a");
  clock_.Advance(DeliveryTimes::kLongest);
  times_.Tick();

  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_bucket{le=\"1\"} 0\n"));
  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_bucket{le=\"2\"} 1\n"));
  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_count 1\n"));
}

TEST_F(DeliveryTimesTest, ObservesCommandsWithoutAnAnswerAsUndelivered) {
  times_.Accepted("silent");
  times_.Accepted("lost");
  times_.Lost("lost");
  clock_.Advance(DeliveryTimes::kLongest - absl::Seconds(1));
  times_.Tick();
  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_count 1\n"));
  clock_.Advance(absl::Seconds(1));
  times_.Tick();

  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_bucket{le=\"30\"} 0\n"));
  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_count 2\n"));
}

TEST_F(DeliveryTimesTest, IgnoresCancelledAndUnknownCommands) {
  times_.Accepted("a");
  times_.Cancelled("a");
  times_.Acknowledged("never accepted with a socket");
  clock_.Advance(DeliveryTimes::kLongest);
  times_.Tick();

  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_count 0\n"));
}

TEST_F(DeliveryTimesTest, CountsCommandsAboveTheBoundAndRecovers) {
  times_.Accepted("a");
  times_.Accepted("b");
  times_.Accepted("c");
  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_deliveries_unmeasured_total 1\n"));

  clock_.Advance(DeliveryTimes::kLongest);
  times_.Tick();
  times_.Accepted("d");
  times_.Acknowledged("d");

  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_deliveries_unmeasured_total 1\n"));
  EXPECT_THAT(Metrics(), HasSubstr("marquee_command_delivery_seconds_count 3\n"));
}

}  // namespace
}  // namespace marquee::devices
