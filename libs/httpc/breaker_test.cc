#include "libs/httpc/breaker.h"

#include <gtest/gtest.h>

namespace marquee::httpc {
namespace {

using enum Breaker::Admission;

constexpr absl::Duration kStart = absl::Seconds(100);

class BreakerTest : public ::testing::Test {
 protected:
  void Fail(int times) {
    for (int i = 0; i < times; ++i) breaker_.Failed(breaker_.Admit(now_), false, now_);
  }

  absl::Duration now_ = kStart;
  Breaker breaker_{
      {.failures = 3, .first_open = absl::Seconds(10), .longest_open = absl::Seconds(30)}};
};

TEST_F(BreakerTest, OpensAfterConsecutiveFailures) {
  Fail(2);
  breaker_.Succeeded(breaker_.Admit(now_));
  Fail(2);
  EXPECT_EQ(breaker_.Admit(now_), kPassed);

  Fail(1);

  EXPECT_EQ(breaker_.state(now_), BreakerState::kOpen);
  EXPECT_EQ(breaker_.Admit(now_), kRefused);
  EXPECT_EQ(breaker_.RetryIn(now_), absl::Seconds(10));
}

TEST_F(BreakerTest, OpensAtOnceAfterAConnectTimeout) {
  breaker_.Failed(breaker_.Admit(now_), true, now_);

  EXPECT_EQ(breaker_.state(now_), BreakerState::kOpen);
}

TEST_F(BreakerTest, AllowsOneProbeAndClosesWhenItSucceeds) {
  Fail(3);
  now_ += absl::Seconds(10);

  EXPECT_EQ(breaker_.state(now_), BreakerState::kHalfOpen);
  EXPECT_EQ(breaker_.Admit(now_), kProbe);
  EXPECT_EQ(breaker_.Admit(now_), kRefused) << "one probe at a time";
  breaker_.Succeeded(kProbe);

  EXPECT_EQ(breaker_.state(now_), BreakerState::kClosed);
  EXPECT_EQ(breaker_.Admit(now_), kPassed);
}

TEST_F(BreakerTest, DoublesTheOpenPeriodAfterEachFailedProbeUpToTheMaximum) {
  Fail(3);
  for (const int seconds : {10, 20, 30, 30}) {
    EXPECT_EQ(breaker_.RetryIn(now_), absl::Seconds(seconds));
    now_ += absl::Seconds(seconds);
    breaker_.Failed(breaker_.Admit(now_), false, now_);
  }
}

TEST_F(BreakerTest, AllowsAnotherProbeAfterAnAbandonedOne) {
  Fail(3);
  now_ += absl::Seconds(10);
  ASSERT_EQ(breaker_.Admit(now_), kProbe);

  breaker_.Abandoned(kProbe);

  EXPECT_EQ(breaker_.Admit(now_), kProbe);
}

TEST_F(BreakerTest, EarlierRequestsDoNotExtendTheOpenPeriod) {
  const auto early = breaker_.Admit(now_);
  Fail(3);
  now_ += absl::Seconds(9);

  breaker_.Failed(early, true, now_);

  EXPECT_EQ(breaker_.RetryIn(now_), absl::Seconds(1));
}

}  // namespace
}  // namespace marquee::httpc
