#include "libs/cache/single_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace marquee::cache {
namespace {

using Flights = SingleFlight<std::string, std::string>;
using FlightPtr = std::shared_ptr<Flights::Flight>;

Flights::Result ResultOf(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

class SingleFlightTest : public ::testing::Test {
 protected:
  // Joins `key`; results go to results_, started flights to started_.
  Flights::Joined Join(const std::string& key) {
    return flights_.Join(
        key,
        [this](const Flights::Result& result) {
          results_.push_back(result.ok() ? **result : std::string(result.status().message()));
        },
        [this](FlightPtr flight) { started_.push_back(std::move(flight)); });
  }

  Flights flights_;
  std::vector<std::string> results_;
  std::vector<FlightPtr> started_;  // last: a dropped flight still calls its waiters
};

TEST_F(SingleFlightTest, CoalescesConcurrentCallersOfOneKey) {
  EXPECT_TRUE(Join("a").started);
  EXPECT_FALSE(Join("a").started);
  EXPECT_TRUE(Join("b").started);

  ASSERT_EQ(started_.size(), 2);
  started_[0]->Finish(ResultOf("one"));

  EXPECT_EQ(results_, (std::vector<std::string>{"one", "one"}));
  EXPECT_EQ(flights_.size(), 1);
}

TEST_F(SingleFlightTest, SharesAnErrorAmongAllCallers) {
  Join("a");
  Join("a");

  started_[0]->Finish(absl::NotFoundError("gone"));

  EXPECT_EQ(results_, (std::vector<std::string>{"gone", "gone"}));
}

TEST_F(SingleFlightTest, StartsANewFlightAfterTheLastOneEnded) {
  Join("a");
  started_[0]->Finish(ResultOf("one"));

  EXPECT_TRUE(Join("a").started);
  started_[0]->Finish(ResultOf("a repeat changes nothing"));
  started_[1]->Finish(ResultOf("two"));

  EXPECT_EQ(results_, (std::vector<std::string>{"one", "two"}));
}

TEST_F(SingleFlightTest, RequestsStopWhenTheLastCallerLeaves) {
  const auto first = Join("a");
  const auto second = Join("a");
  const std::stop_token stop = started_[0]->stop_token();

  EXPECT_TRUE(first.waiter->Leave());
  EXPECT_FALSE(stop.stop_requested());
  EXPECT_TRUE(second.waiter->Leave());
  EXPECT_TRUE(stop.stop_requested());

  started_[0]->Finish(ResultOf("ignored"));
  EXPECT_TRUE(results_.empty());
}

TEST_F(SingleFlightTest, DoesNotJoinAFlightAfterStopWasRequested) {
  Join("a").waiter->Leave();

  EXPECT_TRUE(Join("a").started);
  started_[0]->Finish(ResultOf("late"));
  EXPECT_EQ(flights_.size(), 1);
  started_[1]->Finish(ResultOf("new"));

  EXPECT_EQ(results_, std::vector<std::string>{"new"});
}

TEST_F(SingleFlightTest, LeaveAfterTheResultReturnsFalse) {
  const auto joined = Join("a");
  started_[0]->Finish(ResultOf("one"));

  EXPECT_FALSE(joined.waiter->Leave());
  EXPECT_FALSE(started_[0]->stop_token().stop_requested());
}

TEST_F(SingleFlightTest, ADroppedFlightFailsWithInternal) {
  Join("a");

  started_.clear();

  EXPECT_EQ(results_, std::vector<std::string>{"the shared request ended without a result"});
  EXPECT_TRUE(Join("a").started);
}

TEST_F(SingleFlightTest, TheWorkMayFinishInsideJoin) {
  std::string heard;
  flights_.Join(
      "a", [&heard](const Flights::Result& result) { heard = **result; },
      [](const FlightPtr& flight) { flight->Finish(ResultOf("at once")); });

  EXPECT_EQ(heard, "at once");
}

TEST(SingleFlightRaceTest, EachOfAThousandConcurrentCallersIsCalledOnce) {
  Flights flights;
  std::atomic<int> started = 0, heard = 0, left = 0;
  constexpr int kThreads = 8, kCalls = 1000;

  {
    std::latch go(kThreads);
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        go.arrive_and_wait();
        for (int i = 0; i < kCalls; ++i) {
          const auto joined = flights.Join(
              std::to_string(i), [&heard](const Flights::Result&) { ++heard; },
              [&started, i](const FlightPtr& flight) {
                ++started;
                if (i % 2 == 0) flight->Finish(ResultOf("x"));  // else abandoned
              });
          if (t % 2 == 0 && joined.waiter->Leave()) ++left;
        }
      });
    }
  }

  EXPECT_EQ(heard + left, kThreads * kCalls);
  EXPECT_GE(started, kCalls);
  EXPECT_EQ(flights.size(), 0);
}

}  // namespace
}  // namespace marquee::cache
