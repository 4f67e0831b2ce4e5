#include "services/imageproc/pipeline/decode_slots.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace marquee::imageproc {
namespace {

TEST(DecodeSlotsTest, RunsAsManyAtOnceAsThereAreSlots) {
  obs::Metrics metrics;
  DecodeSlots slots({.slots = 3}, metrics);
  std::latch together(3);

  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(
        slots.Submit(DecodeSlots::Weight::kOrdinary, [&] { together.arrive_and_wait(); }).ok());
  }

  together.wait();  // ends only when all three run
  slots.Drain();    // before the latch goes that they may still be leaving
}

TEST(DecodeSlotsTest, OneHeavyPictureAtATimeAndOthersPassIt) {
  obs::Metrics metrics;
  DecodeSlots slots({.slots = 2}, metrics);
  std::latch heavy_started(1), release(1), ordinary_ran(3);
  std::atomic<int> heavy_running = 0, most_heavy = 0;
  const auto heavy = [&] {
    most_heavy = std::max(most_heavy.load(), ++heavy_running);
    if (!heavy_started.try_wait()) heavy_started.count_down();
    release.wait();
    --heavy_running;
  };

  ASSERT_TRUE(slots.Submit(DecodeSlots::Weight::kHeavy, heavy).ok());
  heavy_started.wait();
  ASSERT_TRUE(slots.Submit(DecodeSlots::Weight::kHeavy, heavy).ok());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(
        slots.Submit(DecodeSlots::Weight::kOrdinary, [&] { ordinary_ran.count_down(); }).ok());
  }

  ordinary_ran.wait();
  release.count_down();
  slots.Drain();
  EXPECT_EQ(most_heavy, 1);
}

TEST(DecodeSlotsTest, RefusesAtOnceWhenTooManyWait) {
  obs::Metrics metrics;
  DecodeSlots slots({.slots = 1, .max_queued = 2}, metrics);
  std::latch started(1), release(1);
  ASSERT_TRUE(slots
                  .Submit(DecodeSlots::Weight::kOrdinary,
                          [&] {
                            started.count_down();
                            release.wait();
                          })
                  .ok());
  started.wait();
  ASSERT_TRUE(slots.Submit(DecodeSlots::Weight::kOrdinary, [] {}).ok());
  ASSERT_TRUE(slots.Submit(DecodeSlots::Weight::kHeavy, [] {}).ok());

  EXPECT_EQ(slots.Submit(DecodeSlots::Weight::kOrdinary, [] {}).code(),
            absl::StatusCode::kResourceExhausted);
  release.count_down();
  slots.Drain();
}

TEST(DecodeSlotsTest, DrainRunsWhatWaitsHeavyOnesToo) {
  obs::Metrics metrics;
  DecodeSlots slots({.slots = 2}, metrics);
  std::atomic<int> ran = 0;

  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(
        slots
            .Submit(i % 2 == 0 ? DecodeSlots::Weight::kHeavy : DecodeSlots::Weight::kOrdinary,
                    [&] { ++ran; })
            .ok());
  }
  slots.Drain();

  EXPECT_EQ(ran, 20);
  EXPECT_EQ(slots.Submit(DecodeSlots::Weight::kOrdinary, [] {}).code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace marquee::imageproc
