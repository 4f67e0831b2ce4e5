// Watching the playlist: full versions, updates, and shutdown.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "services/playlist/playlist_module_folder_fixture.h"

namespace marquee::playlist {
namespace {

TEST_F(PlaylistModuleTest, AWatcherGetsTheFullVersionThenEachNewVersion) {
  Program program(settings_, logger_);
  program.Refresh();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, {});
  const Watched first = ReadVersion(*reader);
  EXPECT_EQ(first.keys.size(), 20U);
  EXPECT_TRUE(first.begun);

  dir_.Write("posters/Film 20 (1999).jpg", Jpeg(100));  // detected by the folder watcher

  const Watched second = ReadVersion(*reader);
  EXPECT_EQ(second.keys.size(), 21U);
  EXPECT_GT(second.version.sequence(), first.version.sequence());
}

TEST_F(PlaylistModuleTest, AWatcherWithTheCurrentVersionGetsOnlyACommit) {
  Program program(settings_, logger_);
  v1::WatchPlaylistRequest request;
  *request.mutable_known_version() = program.Refresh().version();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, request);

  const Watched watched = ReadVersion(*reader);

  EXPECT_TRUE(watched.ok);
  EXPECT_FALSE(watched.begun);
  EXPECT_EQ(watched.version.content_hash(), request.known_version().content_hash());
  context.TryCancel();
}

TEST_F(PlaylistModuleTest, BatchesOfALargePlaylistStayBelowTheLimit) {
  for (int i = 0; i < 1500; ++i) {
    dir_.Write(fmt::format("posters/more/A Film With A Rather Long Title Number {}.jpg", i),
               Jpeg(20));
  }
  Program program(settings_, logger_);
  program.Refresh();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, {});

  const Watched watched = ReadVersion(*reader);

  EXPECT_EQ(watched.keys.size(), 1520U);
  EXPECT_GE(watched.batches, 2);
  EXPECT_LE(watched.largest_batch, 256U * 1024);
  context.TryCancel();
}

TEST_F(PlaylistModuleTest, EndsWatchesImmediatelyAtShutdown) {
  Program program(settings_, logger_, false);
  program.Refresh();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, {});
  ASSERT_TRUE(ReadVersion(*reader).ok);

  program.End();

  EXPECT_FALSE(ReadVersion(*reader).ok);
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace marquee::playlist
