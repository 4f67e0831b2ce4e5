#include "services/playlist/refresh/refresher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "libs/base/strings.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

class RefresherTest : public RefresherFixture {};

TEST_F(RefresherTest, PublishesTheItemsOfAllSources) {
  Started();

  ASSERT_NE(current_playlists_.current(), nullptr);
  EXPECT_EQ(Count("A"), 10U);
  EXPECT_EQ(Count("B"), 5U);
  EXPECT_FALSE(refresher_->refreshing());
  refresher_->UpdateGauges();
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_playlist_items{source=\"A\"} 10"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_up{source=\"B\"} 1"));
}

TEST_F(RefresherTest, ReadsAllSourcesConcurrentlyWithTheBudgetAsDeadline) {
  Make().Start();

  EXPECT_EQ(executor_.tasks.size(), 2U);
  executor_.RunAll();
  EXPECT_EQ(a_.last_context.deadline, clock_.Now() + absl::Seconds(10));
}

TEST_F(RefresherTest, ALateSourceDelaysARoundByAtMostTheBudget) {
  Make().Start();
  executor_.RunOne();  // A responds; B hangs
  EXPECT_EQ(current_playlists_.current(), nullptr);
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Milliseconds(200));

  clock_.Advance(absl::Milliseconds(200));
  refresher_->Tick();
  EXPECT_EQ(Count("A"), 10U) << "A is published without waiting for B";
  EXPECT_TRUE(refresher_->refreshing());
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Milliseconds(9'800));
  clock_.Advance(absl::Milliseconds(9'800));
  refresher_->Tick();

  EXPECT_EQ(Count("A"), 10U);
  EXPECT_EQ(Count("B"), 0U);
  const auto states = refresher_->source_states();
  EXPECT_TRUE(states[0].up);
  EXPECT_FALSE(states[1].up);
  EXPECT_THAT(states[1].last_error, HasSubstr("no answer within 10s"));
  EXPECT_EQ(logger_.Count("slow refresh"), 1U);
}

TEST_F(RefresherTest, PublishesASlowSourceWhenItResponds) {
  Make().Start();
  int answered = 0;
  refresher_->Refresh({}, [&](const auto&) { ++answered; });
  executor_.RunOne();
  clock_.Advance(absl::Milliseconds(200));
  refresher_->Tick();
  EXPECT_EQ(Count("A") + Count("B"), 10U);
  EXPECT_EQ(answered, 0);

  executor_.RunOne();

  EXPECT_EQ(Count("A") + Count("B"), 15U);
  EXPECT_EQ(answered, 1) << "callers wait for the whole round";
  EXPECT_FALSE(refresher_->refreshing());
}

TEST_F(RefresherTest, DoesNotReadABusySourceTwice) {
  Make().Start();
  executor_.RunOne();
  clock_.Advance(absl::Seconds(10));
  refresher_->Tick();  // B is late; its fetch is still queued in the executor

  refresher_->Refresh({}, [](const auto&) {});

  EXPECT_EQ(executor_.tasks.size(), 2U) << "B's old fetch and A's new one";
  executor_.RunAll();
  EXPECT_EQ(b_.fetches, 1);
  EXPECT_THAT(refresher_->source_states()[1].last_error, HasSubstr("still busy"));
  Round();
  EXPECT_EQ(Count("B"), 5U);
}

TEST_F(RefresherTest, CancelsALateFetch) {
  Make().Start();
  bool stopped_in_time = true;
  b_.on_fetch = [&] { stopped_in_time = b_.last_context.stop.stop_requested(); };
  executor_.RunOne();
  clock_.Advance(absl::Seconds(10));

  refresher_->Tick();
  executor_.RunOne();

  EXPECT_TRUE(stopped_in_time);
}

TEST_F(RefresherTest, MusicAndGamesAreSeparatePlaylists) {
  a_.Offer(3, "music");
  b_.Offer(4, "game");
  Started();

  EXPECT_EQ(current_playlists_.current()->items.size(), 0U);
  EXPECT_EQ(current_playlists_.current(PlaylistKind::kMusic)->items.size(), 3U);
  EXPECT_EQ(current_playlists_.current(PlaylistKind::kGames)->items.size(), 4U);
  EXPECT_EQ(refresher_->source_states()[0].items, 3U);
  const auto music = current_playlists_.current(PlaylistKind::kMusic);
  b_.Offer(5, "game");
  Round();
  EXPECT_EQ(current_playlists_.current(PlaylistKind::kMusic), music) << "unchanged";
  EXPECT_EQ(current_playlists_.current(PlaylistKind::kGames)->items.size(), 5U);
}

TEST_F(RefresherTest, AWeightGivesALargerShareUnderACap) {
  a_.Offer(100);
  b_.Offer(100);
  Make({.publish = {.limits = {.max_items = 40}}});
  SourceSlots source_slots = SourceSlotsOf({&a_, &b_});
  source_slots[0].weight = 3;
  refresher_->Replace(source_slots);

  refresher_->Start();
  executor_.RunAll();

  EXPECT_EQ(Count("A"), 30U);
  EXPECT_EQ(Count("B"), 10U);
}

TEST_F(RefresherTest, PublishesNothingBeforeASourceResponds) {
  a_.Fail();
  b_.Fail();

  Started();

  EXPECT_EQ(current_playlists_.current(), nullptr);
}

TEST_F(RefresherTest, AnEmptyFolderGivesAnEmptyPlaylistWithoutFailure) {
  a_.Offer(0);
  b_.Fail();

  Started();

  ASSERT_NE(current_playlists_.current(), nullptr);
  EXPECT_TRUE(current_playlists_.current()->items.empty());
}

TEST_F(RefresherTest, PublishesAnEmptyPlaylistWithoutSources) {
  Refresher none({}, {}, {clock_, executor_, logger_, metrics_, current_playlists_, nullptr});

  none.Start();

  ASSERT_NE(current_playlists_.current(), nullptr);
  EXPECT_TRUE(current_playlists_.current()->items.empty());
}

TEST_F(RefresherTest, DoesNotPublishAnUnchangedPlaylist) {
  Started();
  const auto before = current_playlists_.current();

  Round();

  EXPECT_EQ(current_playlists_.current(), before);
}

TEST_F(RefresherTest, AChangedPlaylistHasAHigherVersionAndSharesUnchangedItems) {
  Started();
  const auto before = current_playlists_.current();
  a_.Offer(11);

  Round();

  const auto after = current_playlists_.current();
  EXPECT_GT(after->version, before->version);
  EXPECT_NE(after->content_hash, before->content_hash);
  EXPECT_EQ(after->Find("A-3"), before->Find("A-3"));
  EXPECT_EQ(current_playlists_.Find(before->version), before)
      << "the previous version is kept for readers of pages";
}

TEST_F(RefresherTest, TheOrderChangesOnceADay) {
  Started();
  const auto before = current_playlists_.current();

  clock_.Advance(absl::Hours(24));
  Round();

  const auto after = current_playlists_.current();
  EXPECT_NE(after->content_hash, before->content_hash);
  EXPECT_EQ(after->items.size(), before->items.size());
}

TEST_F(RefresherTest, ARoundIsDueAnHourAfterTheLast) {
  Started();
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Minutes(60));
  clock_.Advance(absl::Minutes(59));
  refresher_->Tick();
  EXPECT_EQ(executor_.tasks.size(), 0U);

  clock_.Advance(absl::Minutes(1));
  refresher_->Tick();

  EXPECT_EQ(executor_.tasks.size(), 2U);
}

TEST_F(RefresherTest, ReportsCapsInLogAndMetrics) {
  Started({.publish = {.limits = {.max_items = 6}}});

  EXPECT_EQ(current_playlists_.current()->items.size(), 6U);
  EXPECT_EQ(Count("B"), 3U);
  EXPECT_EQ(logger_.Count("the playlist is capped"), 1U);
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_playlist_refresh_warnings_total{kind=\"items_cap\"} 1"));
}

}  // namespace
}  // namespace marquee::playlist
