#include "libs/base/keyed_executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>

namespace marquee::base {
namespace {

TEST(KeyedExecutorTest, OneKeyNeverOccupiesAllThreads) {
  BoundedExecutor inner({.name = "test", .threads = 3, .max_queued = 100});
  KeyedExecutor keyed(inner, {.max_running_per_key = 2, .max_queued = 100});
  std::latch release(1);
  std::latch other(1);
  std::atomic<int> hung = 0;
  KeyedExecutor::Lane slow(keyed, "slow");
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(slow.Submit([&] {
                      ++hung;
                      release.wait();
                    })
                    .ok());
  }

  ASSERT_TRUE(keyed.Submit("quick", [&] { other.count_down(); }).ok());
  other.wait();  // although ten tasks of the other key were submitted first

  EXPECT_LE(hung, 2);
  EXPECT_EQ(keyed.queued(), 8U);
  release.count_down();
  inner.Drain();
  EXPECT_EQ(hung, 10) << "queued tasks run";
  EXPECT_EQ(keyed.queued(), 0U);
}

TEST(KeyedExecutorTest, FailsImmediatelyWhenTheQueueIsFull) {
  BoundedExecutor inner({.name = "test", .threads = 2, .max_queued = 10});
  KeyedExecutor keyed(inner, {.max_running_per_key = 1, .max_queued = 1});
  std::latch release(1);
  std::atomic<int> ran = 0;
  const auto work = [&] {
    release.wait();
    ++ran;
  };
  ASSERT_TRUE(keyed.Submit("a", work).ok());
  ASSERT_TRUE(keyed.Submit("a", work).ok());

  EXPECT_EQ(keyed.Submit("a", work).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(keyed.Submit("b", work).ok()) << "another key still gets a thread";
  release.count_down();
  inner.Drain();
  EXPECT_EQ(ran, 3);
}

TEST(KeyedExecutorTest, ReturnsTheErrorOfTheInnerExecutor) {
  BoundedExecutor inner({.name = "test", .threads = 1, .max_queued = 1});
  KeyedExecutor keyed(inner, {.max_running_per_key = 1, .max_queued = 1});
  inner.Drain();

  EXPECT_EQ(keyed.Submit("a", [] {}).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(keyed.Submit("a", [] {}).code(), absl::StatusCode::kUnavailable);
}

TEST(KeyedExecutorTest, RunsAllTasksOfManyKeys) {
  std::atomic<int> ran = 0;
  BoundedExecutor inner({.name = "test", .threads = 4, .max_queued = 1000});
  KeyedExecutor keyed(inner, {.max_running_per_key = 1, .max_queued = 1000});
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(keyed.Submit(std::to_string(i % 7), [&] { ++ran; }).ok());
  }
  inner.Drain();

  EXPECT_EQ(ran, 500);
}

}  // namespace
}  // namespace marquee::base
