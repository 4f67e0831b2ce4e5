#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/files/real_file_system.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/refresh/refresher.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

class StoredRefresherTest : public RefresherFixture {
 protected:
  StoredRefresherTest() { EXPECT_TRUE(store_.Prepare().ok()); }

  testing::TempDir dir_;
  files::RealFileSystem files_;
  SnapshotStore store_{files_, dir_ / "playlist", logger_};
};

TEST_F(StoredRefresherTest, ServesTheStoredPlaylistBeforeAnySourceResponds) {
  Make({}, &store_).Start();
  executor_.RunAll();
  const auto before = current_playlists_.current();
  CurrentPlaylists fresh;
  Refresher again(SourceSlotsOf({&a_, &b_}), {},
                  {clock_, executor_, logger_, metrics_, fresh, &store_});

  again.Restore();

  ASSERT_NE(fresh.current(), nullptr);
  EXPECT_EQ(fresh.current()->content_hash, before->content_hash);
  EXPECT_EQ(fresh.current()->items.size(), 15U);
  EXPECT_EQ(again.source_states()[0].items, 10U);
  EXPECT_FALSE(again.source_states()[0].up);

  again.Start();
  executor_.RunAll();

  EXPECT_EQ(fresh.current()->version, before->version) << "unchanged, so not published again";
}

TEST_F(StoredRefresherTest, VersionsIncreaseAcrossARestart) {
  Make({}, &store_).Start();
  executor_.RunAll();
  const auto before = current_playlists_.current()->version;
  CurrentPlaylists fresh;
  Refresher again(SourceSlotsOf({&a_, &b_}), {},
                  {clock_, executor_, logger_, metrics_, fresh, &store_});
  again.Restore();
  a_.Offer(3);

  again.Start();
  executor_.RunAll();

  EXPECT_GT(fresh.current()->version, before);
}

TEST_F(StoredRefresherTest, DoesNotRestoreItemsOfRemovedSources) {
  Make({}, &store_).Start();
  executor_.RunAll();
  CurrentPlaylists fresh;
  Refresher again(SourceSlotsOf({&b_}), {}, {clock_, executor_, logger_, metrics_, fresh, &store_});

  again.Restore();

  ASSERT_NE(fresh.current(), nullptr);
  EXPECT_EQ(fresh.current()->items.size(), 5U);
  EXPECT_GT(fresh.current()->version, current_playlists_.current()->version);
}

TEST_F(StoredRefresherTest, AFailingSourceKeepsItsStoredItems) {
  Make({}, &store_).Start();
  executor_.RunAll();
  CurrentPlaylists fresh;
  Refresher again(SourceSlotsOf({&a_, &b_}), {},
                  {clock_, executor_, logger_, metrics_, fresh, &store_});
  again.Restore();
  a_.Fail();

  again.Start();
  executor_.RunAll();

  EXPECT_EQ(fresh.current()->items.size(), 15U);
}

}  // namespace
}  // namespace marquee::playlist
