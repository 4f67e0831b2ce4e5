#include "services/imageproc/pipeline/decode_slots.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "libs/rpc/error_info.h"
#include "libs/testing/fake_clock.h"

namespace marquee::imageproc {
namespace {

constexpr DecodeCost kSmall{.bytes = 10, .cpu = absl::Milliseconds(20)};
constexpr DecodeCost kLarge{.bytes = 60, .cpu = absl::Milliseconds(20)};

class DecodeSlotsTest : public ::testing::Test {
 protected:
  // Occupies a slot until `release_` is counted down.
  void Occupy(DecodeSlots& slots, const DecodeCost& cost) {
    std::latch started(1);
    ASSERT_TRUE(slots
                    .Submit(cost,
                            [&] {
                              started.count_down();
                              release_.wait();
                            })
                    .ok());
    started.wait();
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  std::latch release_{1};
};

TEST_F(DecodeSlotsTest, RunsOneImagePerSlotConcurrently) {
  DecodeSlots slots({.slots = 3}, clock_, metrics_);
  std::latch together(3);

  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(slots.Submit(kSmall, [&] { together.arrive_and_wait(); }).ok());
  }

  together.wait();  // returns only when all three run
  slots.Drain();    // wait for the threads that may still use the latch
}

TEST_F(DecodeSlotsTest, KeepsMemoryUnderTheBudgetAndLetsSmallImagesOvertake) {
  DecodeSlots slots({.slots = 2, .budget_bytes = 100}, clock_, metrics_);
  std::latch small_ran(3);
  std::atomic<bool> large_ran = false;
  Occupy(slots, kLarge);

  ASSERT_TRUE(slots.Submit(kLarge, [&] { large_ran = true; }).ok());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(slots.Submit(kSmall, [&] { small_ran.count_down(); }).ok());
  }

  small_ran.wait();
  EXPECT_FALSE(large_ran) << "it would need 120 of 100 bytes";
  release_.count_down();
  slots.Drain();
  EXPECT_TRUE(large_ran);
}

TEST_F(DecodeSlotsTest, LimitsHowOftenAnImageIsOvertaken) {
  DecodeSlots slots({.slots = 2, .budget_bytes = 100}, clock_, metrics_);
  std::atomic<int> small_ran = 0;
  std::atomic<int> small_before_large = -1;
  std::latch passed(DecodeSlots::kMaxOvertakings);
  Occupy(slots, kLarge);

  // So large that no small image fits beside it.
  const DecodeCost huge{.bytes = 95, .cpu = absl::Milliseconds(20)};
  ASSERT_TRUE(slots.Submit(huge, [&] { small_before_large = small_ran.load(); }).ok());
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(slots
                    .Submit(kSmall,
                            [&] {
                              if (small_ran++ < DecodeSlots::kMaxOvertakings) passed.count_down();
                            })
                    .ok());
  }
  passed.wait();
  release_.count_down();
  slots.Drain();

  EXPECT_EQ(small_before_large, DecodeSlots::kMaxOvertakings);
  EXPECT_EQ(small_ran, 30);
}

TEST_F(DecodeSlotsTest, RejectsImagesAboveTheBudgetWithAReason) {
  DecodeSlots slots({.slots = 1, .budget_bytes = uint64_t{100} << 20}, clock_, metrics_);

  const absl::Status refused = slots.Submit({.bytes = uint64_t{240} << 20, .cpu = {}}, [] {});

  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(refused.message(), "too large: decoding needs about 240 MB, at most 100 allowed");
}

TEST_F(DecodeSlotsTest, RejectsImmediatelyWhenTheQueueIsFull) {
  DecodeSlots slots({.slots = 1, .max_queued = 2}, clock_, metrics_);
  Occupy(slots, kSmall);
  ASSERT_TRUE(slots.Submit(kSmall, [] {}).ok());
  ASSERT_TRUE(slots.Submit(kSmall, [] {}).ok());

  const absl::Status refused = slots.Submit(kSmall, [] {});

  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(rpc::RetryAfterOf(refused), absl::Seconds(1));
  release_.count_down();
  slots.Drain();
}

TEST_F(DecodeSlotsTest, RejectsLongPredictedWaitsWithRetryInfo) {
  DecodeSlots slots({.slots = 1, .max_wait = absl::Seconds(2)}, clock_, metrics_);
  const DecodeCost slow{.bytes = 1, .cpu = absl::Seconds(2)};
  Occupy(slots, slow);
  ASSERT_TRUE(slots.Expect().ok()) << "a second";
  ASSERT_TRUE(slots.Submit(slow, [] {}).ok());

  const absl::Status refused = slots.Expect().status();

  EXPECT_EQ(slots.PredictedWait(), absl::Seconds(3));
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(rpc::RetryAfterOf(refused), absl::Seconds(3));
  release_.count_down();
  slots.Drain();
}

TEST_F(DecodeSlotsTest, ExpectReservesAPlaceUntilReleased) {
  DecodeSlots slots({.slots = 1, .max_queued = 3}, clock_, metrics_);
  Occupy(slots, kSmall);
  std::vector<std::shared_ptr<void>> expected;
  for (int i = 0; i < 3; ++i) expected.push_back(*slots.Expect());
  ASSERT_EQ(slots.Expect().status().code(), absl::StatusCode::kResourceExhausted);

  expected.pop_back();
  EXPECT_TRUE(slots.Submit(kSmall, [] {}).ok());
  EXPECT_FALSE(slots.Expect().ok());
  expected.clear();
  EXPECT_TRUE(slots.Expect().ok());
  release_.count_down();
  slots.Drain();
}

TEST_F(DecodeSlotsTest, ScalesPredictionsToTheMeasuredSpeed) {
  DecodeSlots slots({.slots = 1, .max_queued = 1000, .max_wait = absl::Hours(1)}, clock_, metrics_);
  for (int i = 0; i < 60; ++i) {
    std::latch ran(1);
    ASSERT_TRUE(slots
                    .Submit({.bytes = 1, .cpu = absl::Seconds(1)},
                            [&] {
                              clock_.Advance(absl::Seconds(3));
                              ran.count_down();
                            })
                    .ok());
    ran.wait();
  }
  Occupy(slots, {.bytes = 1, .cpu = absl::Seconds(2)});

  const double wait = absl::ToDoubleSeconds(slots.PredictedWait());

  EXPECT_NEAR(wait, 3, 0.2) << "half of the two running images, three times as slow";
  release_.count_down();
  slots.Drain();
}

TEST_F(DecodeSlotsTest, ADelayedSmallImageDoesNotDistortPredictionsForLargeOnes) {
  DecodeSlots slots({.slots = 1, .max_wait = absl::Hours(1)}, clock_, metrics_);
  const auto run = [&](absl::Duration foretold, absl::Duration taken) {
    std::latch ran(1);
    ASSERT_TRUE(slots
                    .Submit({.bytes = 1, .cpu = foretold},
                            [&] {
                              clock_.Advance(taken);
                              ran.count_down();
                            })
                    .ok());
    ran.wait();
  };
  for (int i = 0; i < 60; ++i) {
    run(absl::Seconds(1), absl::Seconds(1));
    run(absl::Milliseconds(1), absl::Milliseconds(100));
  }
  Occupy(slots, {.bytes = 1, .cpu = absl::Seconds(2)});

  EXPECT_NEAR(absl::ToDoubleSeconds(slots.PredictedWait()), 1, 0.15)
      << "half of the two running images";
  release_.count_down();
  slots.Drain();
}

TEST_F(DecodeSlotsTest, ManySlowSmallImagesChangePredictionsByABoundedFactor) {
  DecodeSlots slots({.slots = 1, .max_wait = absl::Hours(1)}, clock_, metrics_);
  for (int i = 0; i < 200; ++i) {
    std::latch ran(1);
    ASSERT_TRUE(slots
                    .Submit({.bytes = 1, .cpu = absl::Microseconds(1)},
                            [&] {
                              clock_.Advance(absl::Milliseconds(100));
                              ran.count_down();
                            })
                    .ok());
    ran.wait();
  }
  Occupy(slots, {.bytes = 1, .cpu = absl::Milliseconds(200)});

  EXPECT_LE(slots.PredictedWait(), absl::Seconds(2)) << "half of the image, twenty times as slow";
  release_.count_down();
  slots.Drain();
}

TEST_F(DecodeSlotsTest, DrainRunsQueuedWork) {
  DecodeSlots slots({.slots = 2, .budget_bytes = 100}, clock_, metrics_);
  std::atomic<int> ran = 0;

  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(slots.Submit(i % 2 == 0 ? kLarge : kSmall, [&] { ++ran; }).ok());
  }
  slots.Drain();

  EXPECT_EQ(ran, 20);
  EXPECT_EQ(slots.Submit(kSmall, [] {}).code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace marquee::imageproc
