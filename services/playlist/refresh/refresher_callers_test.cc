#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "libs/base/strings.h"
#include "services/playlist/refresh/refresher.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

class RefresherCallersTest : public RefresherFixture {};

TEST_F(RefresherCallersTest, AFullRefreshIsNotSatisfiedByAnIncrementalRound) {
  Started();
  refresher_->Refresh({}, [](const auto&) {});
  bool answered = false;

  refresher_->Refresh({}, [&](const auto&) { answered = true; }, true);
  executor_.RunAll();

  EXPECT_TRUE(answered);
  EXPECT_EQ(a_.fetches, 3) << "the current round was not a full read";
  EXPECT_EQ(a_.forgotten, 2);
}

TEST_F(RefresherCallersTest, CoalescesFiftyOverlappingCallersIntoOneRound) {
  Started();
  int answered = 0;

  for (int i = 0; i < 50; ++i)
    refresher_->Refresh({}, [&](const auto& done) { answered += done.ok(); });
  executor_.RunAll();

  EXPECT_EQ(answered, 50);
  EXPECT_EQ(a_.fetches, 2) << "one round at the start, one for all callers";
}

TEST_F(RefresherCallersTest, RejectsTooManyWaitingCallers) {
  Started({.max_waiting = 2});
  std::vector<absl::StatusCode> codes;

  for (int i = 0; i < 3; ++i) {
    refresher_->Refresh({}, [&](const auto& done) { codes.push_back(done.status().code()); });
  }

  EXPECT_EQ(codes, std::vector{absl::StatusCode::kResourceExhausted});
}

TEST_F(RefresherCallersTest, ACallerThatNeedsMoreSourcesWaitsForTheNextRound) {
  Started();
  refresher_->Refresh({"A"}, [](const auto&) {});
  size_t asked = 0;

  refresher_->Refresh({}, [&](const auto& done) { asked = done->sources.size(); });
  executor_.RunAll();

  EXPECT_EQ(asked, 2U);
  EXPECT_EQ(a_.fetches, 3);
  EXPECT_EQ(b_.fetches, 2);
}

TEST_F(RefresherCallersTest, SuggestsTheNearestSourceForAnUnknownName) {
  Started();
  absl::Status status;

  refresher_->Refresh({"a"}, [&](const auto& done) { status = done.status(); });

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("did you mean \"A\""));
}

TEST_F(RefresherCallersTest, ReadsASourceThatChangedDuringARoundAfterIt) {
  Started();
  b_.on_fetch = [this, once = true]() mutable {
    if (std::exchange(once, false)) refresher_->SourceChanged("B");
  };

  Round();

  EXPECT_EQ(b_.fetches, 3);
  EXPECT_EQ(a_.fetches, 2) << "only the changed source is read again";
}

TEST_F(RefresherCallersTest, StopFailsWaitingCallers) {
  Started();
  absl::Status status;
  refresher_->Refresh({}, [&](const auto& done) { status = done.status(); });

  refresher_->Stop();

  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  executor_.RunAll();
  EXPECT_TRUE(a_.last_context.stop.stop_requested());
  refresher_->Refresh({}, [&](const auto& done) { status = done.status(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

TEST_F(RefresherCallersTest, IgnoresResultsInterruptedByStop) {
  Started();
  const auto before = refresher_->source_states()[0];
  refresher_->Refresh({}, [](const auto&) {});
  refresher_->Stop();
  a_.answer = absl::CancelledError("the caller has cancelled");

  executor_.RunAll();

  EXPECT_EQ(refresher_->source_states()[0].last_error, before.last_error);
  EXPECT_EQ(logger_.Count("source failed"), 0U);
}

}  // namespace
}  // namespace marquee::playlist
