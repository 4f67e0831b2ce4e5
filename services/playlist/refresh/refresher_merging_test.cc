// Merged titles across rounds, failures and restarts.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "libs/files/real_file_system.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/refresh/refresher.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

class MergingRefresherTest : public RefresherFixture {
 protected:
  MergingRefresherTest() {
    EXPECT_TRUE(store_.Prepare().ok());
    // 460 at each, 260 of them at both: 660 films.
    Answer(&a_, "A", 0, 460);
    Answer(&b_, "B", 200, 660);
  }

  static void Answer(ScriptedSource* source, const std::string& name, int first, int end) {
    SourceYield yield;
    for (int film = first; film < end; ++film) {
      Item item;
      item.key = item.id = fmt::format("{}-{}", name, film);
      item.source = "local";
      item.server_name = name;
      item.type = "movie";
      item.title = fmt::format("Film {}", film);
      item.year = 1960 + film % 60;
      if (film % 2 == 0) item.tmdb_id = 1000 + film;
      item.poster_url = fmt::format("/image?server={}&path=%2F{}&v=1", name, film);
      yield.items.push_back(MakePlaylistItem(std::move(item)));
    }
    yield.found = yield.items.size();
    source->answer = std::move(yield);
  }

  std::set<std::string> Keys() const {
    std::set<std::string> keys;
    for (const ItemPtr& item : current_playlists_.current()->items) keys.insert(item->item.key);
    return keys;
  }

  testing::TempDir dir_;
  files::RealFileSystem files_;
  SnapshotStore store_{files_, dir_ / "playlist", logger_};
};

TEST_F(MergingRefresherTest, TwoServersWith260CommonTitlesOf660Show660) {
  Started();

  EXPECT_EQ(current_playlists_.current()->items.size(), 660U);
  EXPECT_EQ(Count("A"), 460U) << "the first source is preferred";
  EXPECT_EQ(refresher_->source_states()[0].items, 460U);
  EXPECT_EQ(refresher_->source_states()[1].items, 460U) << "its titles in the playlist";
  const auto before = current_playlists_.current();
  const PlaylistItem* const title = before->Find("B-300");
  ASSERT_NE(title, nullptr);
  EXPECT_EQ(title->item.key, "A-300");

  Round();

  EXPECT_EQ(current_playlists_.current(), before) << "unchanged, so not published again";
}

TEST_F(MergingRefresherTest, AFailingSourceKeepsAllKeysAndTitles) {
  Started();
  const auto before = current_playlists_.current();
  for (ScriptedSource* source : {&a_, &b_}) {
    const auto good = source->answer;
    source->Fail();
    for (int round = 0; round < 3; ++round) Round();
    EXPECT_EQ(current_playlists_.current(), before) << source->name();
    source->answer = good;
    Round();
    EXPECT_EQ(current_playlists_.current(), before) << source->name();
  }
}

TEST_F(MergingRefresherTest, ATitleRemovedAtOneSourceStaysThroughTheOther) {
  Started();
  Answer(&a_, "A", 0, 300);

  Round();

  EXPECT_EQ(current_playlists_.current()->items.size(), 660U);
  EXPECT_TRUE(Keys().contains("A-400")) << "pinned titles are still found by the old key";
  EXPECT_EQ(current_playlists_.current()->Find("B-400")->item.server_name, "B");
}

TEST_F(MergingRefresherTest, SurvivesARestartWithAnySourceUnavailable) {
  Make({}, &store_).Start();
  executor_.RunAll();
  const auto before = current_playlists_.current();
  for (ScriptedSource* source : {&a_, &b_}) {
    const auto good = source->answer;
    source->Fail();
    CurrentPlaylists fresh;
    Refresher again(SourceSlotsOf({&a_, &b_}), {},
                    {clock_, executor_, logger_, metrics_, fresh, &store_});
    again.Restore();
    ASSERT_NE(fresh.current(), nullptr);
    EXPECT_EQ(fresh.current()->content_hash, before->content_hash);
    EXPECT_EQ(again.source_states()[1].items, 460U);
    again.Start();
    executor_.RunAll();
    EXPECT_EQ(fresh.current()->content_hash, before->content_hash) << source->name();
    EXPECT_EQ(fresh.current()->version, before->version);
    again.Stop();
    source->answer = good;
  }
}

TEST_F(MergingRefresherTest, RemovingASourceRemovesOnlyItsOwnTitles) {
  Make({}, &store_).Start();
  executor_.RunAll();
  CurrentPlaylists fresh;
  b_.Fail();
  Refresher again(SourceSlotsOf({&b_}), {}, {clock_, executor_, logger_, metrics_, fresh, &store_});

  again.Restore();
  ASSERT_NE(fresh.current(), nullptr);
  EXPECT_EQ(fresh.current()->items.size(), 460U);
  again.Start();
  executor_.RunAll();

  EXPECT_EQ(fresh.current()->items.size(), 460U);
  for (const ItemPtr& item : fresh.current()->items) {
    EXPECT_EQ(item->item.server_name, "B");
    EXPECT_TRUE(item->parts.empty());
  }
}

TEST_F(MergingRefresherTest, ARoundOverOneSourceChangesNothingUnderACap) {
  Refresher::Options options;
  options.publish.limits.max_items = 100;
  Started(options);
  const auto before = current_playlists_.current();
  ASSERT_EQ(before->items.size(), 100U);

  for (const char* name : {"B", "A"}) {
    refresher_->Refresh({name}, [](const auto& done) { EXPECT_TRUE(done.ok()); });
    executor_.RunAll();
    EXPECT_EQ(current_playlists_.current(), before) << name;
  }
}

TEST_F(MergingRefresherTest, DoesNotMergeASourceWithMergeOff) {
  SourceSlots slots = SourceSlotsOf({&a_, &b_});
  slots[1].merge = false;
  refresher_ = std::make_unique<Refresher>(
      slots, Refresher::Options{},
      Refresher::Deps{clock_, executor_, logger_, metrics_, current_playlists_, nullptr});
  refresher_->Start();
  executor_.RunAll();

  EXPECT_EQ(current_playlists_.current()->items.size(), 920U);
}

TEST_F(MergingRefresherTest, KeepsThePlaceholderOfAMergedTitle) {
  Started();
  refresher_->TakePlaceholder("/image?server=A&path=%2F300&v=1",
                              {.thumb_hash = "12345", .dominant_color = "#102030"});
  Round();
  const auto published = current_playlists_.current();
  ASSERT_TRUE(published->Find("A-300")->item.placeholder);

  Round();

  EXPECT_EQ(current_playlists_.current(), published);
}

}  // namespace
}  // namespace marquee::playlist
