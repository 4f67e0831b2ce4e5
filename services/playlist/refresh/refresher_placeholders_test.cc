// Publishing placeholders with the playlist.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "libs/files/real_file_system.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

class RefresherPlaceholdersTest : public RefresherFixture {
 protected:
  void LearnAllOf(const std::string& source, int count) {
    for (int i = 0; i < count; ++i) {
      refresher_->TakePlaceholder(fmt::format("/image?{}-{}", source, i),
                                  {.thumb_hash = "12345", .dominant_color = "#102030"});
    }
  }
  size_t CountKnown(const CurrentPlaylists& current_playlists) const {
    return static_cast<size_t>(std::ranges::count_if(
        current_playlists.current()->items,
        [](const ItemPtr& item) { return item->item.placeholder.has_value(); }));
  }
};

TEST_F(RefresherPlaceholdersTest, ManyPlaceholdersCauseANewVersion) {
  Started();
  const auto before = current_playlists_.current();
  int scheduled = 0;
  refresher_->OnSchedule([&scheduled] { ++scheduled; });

  LearnAllOf("A", 10);

  EXPECT_EQ(scheduled, 1) << "the tenth placeholder justified a version";
  refresher_->Tick();
  EXPECT_EQ(current_playlists_.current(), before) << "at most one version per minute";
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic());
  refresher_->Tick();
  EXPECT_GT(current_playlists_.current()->version, before->version);
  EXPECT_EQ(CountKnown(current_playlists_), 10);
  EXPECT_EQ(a_.fetches, 1) << "no source was read";
  EXPECT_GT(refresher_->NextTick(), clock_.Monotonic());
  EXPECT_FALSE(refresher_->refreshing());
}

TEST_F(RefresherPlaceholdersTest, ARoundPublishesPlaceholders) {
  Started();
  const auto before = current_playlists_.current();
  LearnAllOf("B", 2);

  Round();

  EXPECT_EQ(CountKnown(current_playlists_), 2);
  const auto known = current_playlists_.current();
  for (const ItemPtr& item : known->items) {
    if (item->item.server_name == "B" && item->item.placeholder) continue;
    EXPECT_TRUE(std::ranges::count(before->items, item) == 1) << "the same object in both versions";
  }

  Round();

  EXPECT_EQ(current_playlists_.current(), known) << "nothing has changed";
}

TEST_F(RefresherPlaceholdersTest, PlaceholdersSurviveARestart) {
  testing::TempDir dir;
  files::RealFileSystem files;
  SnapshotStore store(files, dir / "playlist", logger_);
  ASSERT_TRUE(store.Prepare().ok());
  Make({}, &store).Start();
  executor_.RunAll();
  LearnAllOf("A", 10);
  Round();
  CurrentPlaylists fresh;
  Refresher again(SourceSlotsOf({&a_, &b_}), {},
                  {clock_, executor_, logger_, metrics_, fresh, &store});

  again.Restore();
  EXPECT_EQ(CountKnown(fresh), 10);
  again.Start();
  executor_.RunAll();

  EXPECT_EQ(CountKnown(fresh), 10) << "although sources do not set them";
}

}  // namespace
}  // namespace marquee::playlist
