#include "services/playlist/store/snapshot_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/faulty_file_system.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/store/snapshot_codec.h"

namespace marquee::playlist {
namespace {

Snapshot Playlist(int items) {
  Snapshot snapshot;
  snapshot.version = {.fence = 7, .sequence = static_cast<uint64_t>(items)};
  snapshot.published = absl::FromUnixSeconds(1767225600);
  for (int i = 0; i < items; ++i) {
    Item item;
    item.key = item.id = fmt::format("local-{}", i);
    item.source = "local";
    item.server_name = "Posters";
    item.title = fmt::format("Title {}", i);
    snapshot.items.push_back(MakePlaylistItem(std::move(item)));
    snapshot.bytes += snapshot.items.back()->bytes;
  }
  snapshot.content_hash = ContentHash(snapshot.items);
  SourceState state;
  state.name = "Posters";
  state.type = "local";
  state.up = true;
  state.last_attempt = state.last_success = snapshot.published;
  state.last_error = "e";
  state.items_found = 99;
  state.skipped = 3;
  state.items = static_cast<uint64_t>(items);
  snapshot.sources.push_back(state);
  return snapshot;
}

TEST(SnapshotCodecTest, DecodesWhatItEncoded) {
  const Snapshot before = Playlist(50);

  const auto after = DecodeSnapshot(EncodeSnapshot(before));

  ASSERT_TRUE(after.ok()) << base::MessageOf(after.status());
  EXPECT_EQ((*after)->version, before.version);
  EXPECT_EQ((*after)->published, before.published);
  EXPECT_EQ((*after)->bytes, before.bytes);
  EXPECT_EQ((*after)->content_hash, ContentHash((*after)->items));
  EXPECT_EQ((*after)->items[49]->item, before.items[49]->item);
  const SourceState& state = (*after)->sources.at(0);
  EXPECT_EQ(state.last_success, before.published);
  EXPECT_EQ(state.items, 50U);
  EXPECT_EQ(state.items_found, 99U);
  EXPECT_TRUE(state.up);
}

TEST(SnapshotCodecTest, EncodesTheEntriesOfAMergedTitle) {
  Snapshot before = Playlist(2);
  Item merged = before.items[0]->item;
  merged.copies = {{.server_name = "Posters", .key = "local-0"},
                   {.server_name = "Posters", .library = "x", .key = "local-1", .gone = true}};
  const ItemPtr title = MakePlaylistItem(merged, {before.items[0], before.items[1]});
  before.items = {title};
  before.content_hash = ContentHash(before.items);

  const auto after = DecodeSnapshot(EncodeSnapshot(before));

  ASSERT_TRUE(after.ok()) << base::MessageOf(after.status());
  ASSERT_EQ((*after)->items.size(), 1U);
  EXPECT_TRUE(IsSame(*(*after)->items[0], *title));
  EXPECT_EQ((*after)->items[0]->item.copies, merged.copies);
  EXPECT_EQ((*after)->items[0]->parts[1]->item, title->parts[1]->item);
  EXPECT_EQ(ContentHash((*after)->items), before.content_hash);
  EXPECT_EQ((*after)->sources[0].items, 2U);
}

// Written by a version without merged titles: one film of a folder "Posters".
TEST(SnapshotCodecTest, ReadsFilesOfOlderVersions) {
  std::ifstream file(MARQUEE_OLD_SNAPSHOT, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};

  const auto snapshot = DecodeSnapshot(bytes);

  ASSERT_TRUE(snapshot.ok()) << base::MessageOf(snapshot.status());
  ASSERT_EQ((*snapshot)->items.size(), 1U);
  EXPECT_EQ((*snapshot)->items[0]->item.title, "Alien");
  EXPECT_TRUE((*snapshot)->items[0]->parts.empty());
  EXPECT_EQ((*snapshot)->content_hash, ContentHash((*snapshot)->items))
      << "equal bytes, so displays do not download it again";
  EXPECT_EQ((*snapshot)->sources.at(0).items, 1U);
}

TEST(SnapshotCodecTest, DetectsEveryChangedOrMissingByte) {
  const std::string good = EncodeSnapshot(Playlist(3));

  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_EQ(DecodeSnapshot(bad).status().code(), absl::StatusCode::kDataLoss) << i;
    EXPECT_EQ(DecodeSnapshot(good.substr(0, i)).status().code(), absl::StatusCode::kDataLoss) << i;
  }
  EXPECT_EQ(DecodeSnapshot(good + "x").status().code(), absl::StatusCode::kDataLoss);
}

class SnapshotStoreTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  files::RealFileSystem files_;
  testing::CapturingLogger logger_;
  SnapshotStore store_{files_, dir_ / "playlist", logger_};
};

TEST_F(SnapshotStoreTest, LoadsTheLastSavedSnapshot) {
  ASSERT_TRUE(store_.Prepare().ok());
  EXPECT_EQ(store_.Load().status().code(), absl::StatusCode::kNotFound);

  ASSERT_TRUE(store_.Save(Playlist(2)).ok());
  ASSERT_TRUE(store_.Save(Playlist(3)).ok());

  EXPECT_EQ((*store_.Load())->items.size(), 3U);
}

TEST_F(SnapshotStoreTest, MovesADamagedFileAsideAndLogsIt) {
  ASSERT_TRUE(store_.Prepare().ok());
  dir_.Write("playlist/playlist.snapshot", "damaged");

  EXPECT_EQ(store_.Load().status().code(), absl::StatusCode::kDataLoss);

  EXPECT_EQ(logger_.Count("moved aside"), 1U);
  EXPECT_EQ(*files_.Read(dir_ / "playlist/playlist.snapshot.bad", 100), "damaged");
  EXPECT_EQ(store_.Load().status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(store_.Save(Playlist(1)).ok());
}

TEST_F(SnapshotStoreTest, AFailedSaveKeepsThePreviousSnapshot) {
  testing::FaultyFileSystem faulty(files_);
  SnapshotStore store(faulty, dir_ / "playlist", logger_);
  ASSERT_TRUE(store.Prepare().ok());
  ASSERT_TRUE(store.Save(Playlist(2)).ok());

  faulty.FailAt(1, absl::ResourceExhaustedError("disk full"));
  EXPECT_EQ(store.Save(Playlist(3)).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ((*store.Load())->items.size(), 2U);

  faulty.FailAt(1, absl::UnavailableError("I/O error"));
  EXPECT_EQ(store.Load().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ((*store.Load())->items.size(), 2U) << "an I/O error does not move the file aside";
}

TEST_F(SnapshotStoreTest, PrepareNamesTheUnusableFolder) {
  dir_.Write("file", "");
  SnapshotStore store(files_, dir_ / "file/playlist", logger_);

  EXPECT_THAT(std::string(base::MessageOf(store.Prepare())), ::testing::HasSubstr("file"));
}

// A child saves repeatedly and is killed after its n-th save, at an arbitrary step.
TEST_F(SnapshotStoreTest, AKillAtAnyTimeLeavesACompleteSnapshot) {
  ASSERT_TRUE(store_.Prepare().ok());
  for (int kill_after = 1; kill_after <= 25; ++kill_after) {
    int pipe_fds[2];
    ASSERT_EQ(::pipe(pipe_fds), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 1;; ++i) {
        if (!store_.Save(Playlist(i % 300 + 1)).ok()) ::_exit(1);
        if (::write(pipe_fds[1], "x", 1) != 1) ::_exit(1);
      }
    }
    char byte = 0;
    for (int i = 0; i < kill_after; ++i) ASSERT_EQ(::read(pipe_fds[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipe_fds[0]);
    ::close(pipe_fds[1]);

    const auto loaded = store_.Load();

    ASSERT_TRUE(loaded.ok()) << base::MessageOf(loaded.status());
    EXPECT_EQ((*loaded)->content_hash, ContentHash((*loaded)->items));
  }
  ASSERT_TRUE(store_.Prepare().ok());
  EXPECT_EQ(files_.List(dir_ / "playlist")->size(), 1U) << "temporary files were removed";
}

}  // namespace
}  // namespace marquee::playlist
