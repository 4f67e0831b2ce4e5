#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "services/playlist/refresh/refresher.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

// A source that fails, shrinks or returns false results keeps its items.
class RefresherKeepingTest : public RefresherFixture {};

TEST_F(RefresherKeepingTest, AFailingSourceKeepsItsItemsAndLogsOnceEachWay) {
  Started();
  b_.Fail();

  clock_.Advance(absl::Minutes(1));
  Round();
  Round();

  EXPECT_EQ(Count("B"), 5U);
  const SourceState state = refresher_->source_states()[1];
  EXPECT_TRUE(state.stale());
  EXPECT_EQ(state.last_error, "local \"B\": gone");
  EXPECT_EQ(clock_.Now() - state.last_success, absl::Minutes(1));
  EXPECT_EQ(logger_.Count("source failed"), 1U);
  refresher_->UpdateGauges();
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_up{source=\"B\"} 0"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_age_seconds{source=\"B\"} 60"));

  b_.Offer(6);
  Round();

  EXPECT_EQ(Count("B"), 6U);
  EXPECT_EQ(logger_.Count("source works again"), 1U);
}

TEST_F(RefresherKeepingTest, AnEmptyResultNeverReplacesExistingItems) {
  Started();
  a_.Offer(0);
  b_.Offer(0);

  const RefreshReport report = Round();

  EXPECT_EQ(report.snapshot->items.size(), 15U);
  EXPECT_THAT(report.sources[0].last_error, HasSubstr("returned no items"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_playlist_refresh_warnings_total{kind=\"empty\"} 2"));
}

TEST_F(RefresherKeepingTest, ASourceThatShrinksKeepsItsItemsUntilASecondReadConfirms) {
  a_.Offer(100);
  Started();
  a_.Offer(49);

  Round();

  EXPECT_EQ(Count("A"), 100U);
  const SourceState held = refresher_->source_states()[0];
  EXPECT_TRUE(held.stale());
  EXPECT_THAT(held.last_error, HasSubstr("only 49 titles after 100"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_playlist_refresh_warnings_total{kind=\"shrunk\"} 1"));
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Seconds(30));

  const int forgotten = a_.forgotten;
  clock_.Advance(absl::Seconds(30));
  refresher_->Tick();
  executor_.RunAll();

  EXPECT_EQ(a_.forgotten, forgotten + 1) << "the second read is a full read";
  EXPECT_EQ(Count("A"), 49U);
  EXPECT_TRUE(refresher_->source_states()[0].up);
}

TEST_F(RefresherKeepingTest, ASourceThatRecoversAtTheSecondReadLosesNothing) {
  a_.Offer(100);
  Started();
  a_.Offer(10);
  Round();
  a_.Offer(100);
  Round();

  EXPECT_EQ(Count("A"), 100U);
  a_.Offer(10);
  Round();
  EXPECT_EQ(Count("A"), 100U) << "and the next loss must be confirmed again";
}

TEST_F(RefresherKeepingTest, ASmallLibraryMayShrinkWithoutConfirmation) {
  Started();
  a_.Offer(1);

  Round();

  EXPECT_EQ(Count("A"), 1U);
}

TEST_F(RefresherKeepingTest, ReadsEverySourceCompletelyAtIntervals) {
  Started({.full_every = absl::Hours(6)});
  EXPECT_EQ(a_.forgotten, 1) << "the first fetch is a full read";

  for (int hour = 0; hour < 12; ++hour) {
    clock_.Advance(absl::Hours(1));
    Round();
  }

  EXPECT_EQ(a_.forgotten, 3);
}

TEST_F(RefresherKeepingTest, RetriesAFailedSourceWithIncreasingDelays) {
  b_.Fail();
  Started();
  std::vector<absl::Duration> waits;

  for (int i = 0; i < 7; ++i) {
    waits.push_back(refresher_->NextTick() - clock_.Monotonic());
    clock_.Advance(waits.back());
    refresher_->Tick();
    executor_.RunAll();
  }

  EXPECT_EQ(waits, (std::vector{absl::Seconds(30), absl::Seconds(60), absl::Seconds(120),
                                absl::Seconds(240), absl::Seconds(480), absl::Seconds(600),
                                absl::Seconds(600)}));
  EXPECT_EQ(a_.fetches, 1) << "only the failed source";
}

}  // namespace
}  // namespace marquee::playlist
