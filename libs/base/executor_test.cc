#include "libs/base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace marquee::base {
namespace {

TEST(BoundedExecutorTest, DrainRunsQueuedTasks) {
  std::atomic<int> ran = 0;
  BoundedExecutor executor({.name = "test", .threads = 2, .max_queued = 100});

  for (int i = 0; i < 50; ++i) ASSERT_TRUE(executor.Submit([&] { ++ran; }).ok());
  executor.Drain();

  EXPECT_EQ(ran, 50);
}

TEST(BoundedExecutorTest, FailsImmediatelyWhenTheQueueIsFull) {
  std::latch started(1), release(1);
  BoundedExecutor executor({.name = "test", .threads = 1, .max_queued = 1});
  ASSERT_TRUE(executor.Submit([&] { started.count_down(), release.wait(); }).ok());
  started.wait();
  ASSERT_TRUE(executor.Submit([] {}).ok());

  const absl::Status refused = executor.Submit([] {});

  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  release.count_down();
}

TEST(BoundedExecutorTest, RefusesWorkAfterDrain) {
  BoundedExecutor executor({.name = "test", .threads = 1, .max_queued = 1});
  executor.Drain();

  EXPECT_EQ(executor.Submit([] {}).code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace marquee::base
