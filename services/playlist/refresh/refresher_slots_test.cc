#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/playlist/refresh/refresher.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

// Sources that are added, changed and removed at run time.
class RefresherSlotsTest : public RefresherFixture {
 protected:
  void SourceSlot(const std::vector<Source*>& sources) {
    refresher_->Replace(SourceSlotsOf(sources));
    executor_.RunAll();
  }

  ScriptedSource c_{"C"};
};

TEST_F(RefresherSlotsTest, ReadsOnlyANewSourceImmediately) {
  Started();
  c_.Offer(7);

  SourceSlot({&a_, &b_, &c_});

  EXPECT_EQ(Count("C"), 7U);
  EXPECT_EQ(Count("A"), 10U);
  EXPECT_EQ(a_.fetches, 1) << "other sources are not read";
  EXPECT_EQ(refresher_->source_states().size(), 3U);
  refresher_->UpdateGauges();
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_up{source=\"C\"} 1"));
}

TEST_F(RefresherSlotsTest, RemovesTheItemsOfARemovedSourceImmediately) {
  Started();
  const auto before = current_playlists_.current()->version;

  SourceSlot({&b_});

  EXPECT_EQ(Count("A"), 0U);
  EXPECT_EQ(Count("B"), 5U);
  EXPECT_GT(current_playlists_.current()->version, before);
  EXPECT_EQ(b_.fetches, 1);
  refresher_->UpdateGauges();
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_up{source=\"A\"} Nan"))
      << "neither up nor down";
}

TEST_F(RefresherSlotsTest, RemovingTheLastSourceEmptiesThePlaylist) {
  Started();

  SourceSlot({});

  EXPECT_TRUE(current_playlists_.current()->items.empty());
}

TEST_F(RefresherSlotsTest, AChangedSourceKeepsItsItemsUntilItResponds) {
  Started();
  ScriptedSource changed("A");
  changed.Fail();

  SourceSlot({&changed, &b_});
  EXPECT_EQ(Count("A"), 10U) << "it keeps its items";

  changed.Offer(4);
  Round();
  EXPECT_EQ(Count("A"), 4U);
  EXPECT_EQ(a_.fetches, 1) << "the replaced source is not read again";
}

TEST_F(RefresherSlotsTest, AChangedSourceMayShrinkWithoutConfirmation) {
  a_.Offer(100);
  Started();
  ScriptedSource changed("A");
  changed.Offer(30);

  SourceSlot({&changed, &b_});

  EXPECT_EQ(Count("A"), 30U);
}

TEST_F(RefresherSlotsTest, AppliesAChangeAfterTheCurrentRound) {
  Make().Start();
  c_.Offer(7);
  refresher_->Replace(SourceSlotsOf({&c_}));
  EXPECT_EQ(refresher_->source_states().size(), 2U);

  executor_.RunAll();

  EXPECT_EQ(Count("A"), 0U);
  EXPECT_EQ(Count("C"), 7U);
}

TEST_F(RefresherSlotsTest, IgnoresResultsOfRemovedSources) {
  Make({.budget = absl::Seconds(10)}).Start();
  executor_.RunOne();  // A
  clock_.Advance(absl::Seconds(10));
  refresher_->Tick();  // ends without B
  c_.Offer(7);
  refresher_->Replace(SourceSlotsOf({&c_, &a_}));

  executor_.RunAll();

  EXPECT_EQ(Count("B"), 0U);
  EXPECT_EQ(Count("C"), 7U);
  EXPECT_EQ(Count("A"), 10U);
  EXPECT_EQ(refresher_->source_states()[1].name, "A");
  EXPECT_TRUE(refresher_->source_states()[1].up);
}

TEST_F(RefresherSlotsTest, PendingReadsFollowASourceToItsNewSlot) {
  Make().Start();
  refresher_->SourceChanged("B");  // after the round
  c_.Offer(7);
  refresher_->Replace(SourceSlotsOf({&c_, &b_}));

  executor_.RunAll();

  EXPECT_EQ(b_.fetches, 2);
  EXPECT_EQ(c_.fetches, 1);
}

TEST_F(RefresherSlotsTest, KeepsStoredItemsWhileRunTimeSourcesAreUnknown) {
  refresher_ = std::make_unique<Refresher>(
      SourceSlots(), Refresher::Options{.awaits_sources = true},
      Refresher::Deps{clock_, executor_, logger_, metrics_, current_playlists_, nullptr});
  refresher_->Start();
  EXPECT_EQ(current_playlists_.current(), nullptr);

  SourceSlot({&a_});

  EXPECT_EQ(Count("A"), 10U);
}

TEST_F(RefresherSlotsTest, RoundsContinueAfterAChange) {
  Started();
  SourceSlot({&a_, &c_});

  clock_.Advance(absl::Minutes(61));
  refresher_->Tick();
  executor_.RunAll();

  EXPECT_EQ(a_.fetches, 2);
  EXPECT_EQ(c_.fetches, 2);
  EXPECT_EQ(b_.fetches, 1);
}

TEST_F(RefresherSlotsTest, ShowsTheDemoOnlyWhileNoOtherSourceHasItems) {
  b_.Fail();
  SourceSlots slots = SourceSlotsOf({&a_, &b_});
  slots[0].demo = true;
  Make().Replace(slots);
  refresher_->Start();
  executor_.RunAll();
  EXPECT_EQ(Count("A"), 10U) << "the other source has no items";

  b_.Offer(5);
  Round();
  EXPECT_EQ(Count("A"), 0U);
  EXPECT_EQ(Count("B"), 5U);

  b_.Fail();
  Round();
  EXPECT_EQ(Count("A"), 0U) << "the other source keeps its items";

  slots.pop_back();
  refresher_->Replace(slots);
  executor_.RunAll();
  EXPECT_EQ(Count("A"), 10U) << "the other source was removed";
}

TEST_F(RefresherSlotsTest, AnAlbumOfAnotherSourceHidesTheDemo) {
  b_.Offer(1, "music");
  SourceSlots slots = SourceSlotsOf({&a_, &b_});
  slots[0].demo = true;
  Make().Replace(slots);
  refresher_->Start();
  executor_.RunAll();

  EXPECT_EQ(Count("A"), 0U);
}

}  // namespace
}  // namespace marquee::playlist
