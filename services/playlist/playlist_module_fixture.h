// The whole service with a scripted media server of each kind over real HTTP, and real gRPC.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/playlist_module.h"
#include "tests/support/fake_jellyfin.h"
#include "tests/support/fake_plex.h"
#include "tests/support/fake_romm.h"
#include "tests/support/fake_tmdb.h"

namespace marquee::playlist {

class PlaylistSourcesFixture : public ::testing::Test {
 public:
  PlaylistSourcesFixture() {
    plex_.AddTitles(plex_.AddSection("Movies", "movie"), "Film", 30);
    plex_.AddTitles(plex_.AddSection("Music", "artist"), "Album", 8);
    jellyfin_.AddTitles(jellyfin_.AddLibrary("Movies", "movies"), "Movie", "Reel", 20);
    tmdb_.AddTitles("/movie/popular", "Hit", 15);
    tmdb_.AddTitles("/tv/popular", "Series", 5);
    romm_.AddPlatform("snes", "Super Nintendo");
    romm_.AddGames("snes", "Game", 7);
    Start("10s");
  }
  ~PlaylistSourcesFixture() override { Stop(); }

 protected:
  void Start(const std::string& budget) {
    const std::string yaml = fmt::format(
        "data_dir: {}\n"
        "playlist: {{refresh_every: 0s, refresh_budget: {}}}\n"
        "sources:\n"
        "- {{name: Den, type: plex, url: '{}', token: {}, movie_libraries: [{}], "
        "music_libraries: [Music]}}\n"
        "- {{name: Living Room, type: jellyfin, url: '{}', token: {}, movie_libraries: [Movies]}}\n"
        "- {{name: TMDB, type: tmdb, url: '{}', token: {}}}\n"
        "- {{name: Arcade, type: romm, url: '{}', username: '{}', password: '{}', "
        "platforms: [snes]}}\n",
        (dir_ / "data").string(), budget, plex_.url(), testing::FakePlex::kToken, movie_libraries_,
        jellyfin_.url(), testing::FakeJellyfin::kToken, tmdb_.url(), testing::FakeTmdb::kKey,
        romm_.url(), testing::FakeRomm::kUser, testing::FakeRomm::kPassword);
    config::Input input;
    input.file = dir_.Write("marquee.yaml", yaml).string();
    settings_.Clear();
    const absl::Status loaded = config::Load(input, files_, settings_);
    ASSERT_TRUE(loaded.ok()) << loaded;
    auto module = PlaylistModule::Create(settings_, {.clock = clock_,
                                                     .logger = logger_,
                                                     .metrics = metrics_,
                                                     .files = files_,
                                                     .devices = devices_});
    ASSERT_TRUE(module.ok()) << module.status();
    module_ = *std::move(module);
    ASSERT_TRUE(module_->Start().ok());
    server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, module_->services(), metrics_, clock_);
    const auto channel = rpc::Connect(fmt::format("127.0.0.1:{}", server_->port()));
    playlist_ = v1::PlaylistService::NewStub(channel);
    sources_ = v1::SourceService::NewStub(channel);
    artwork_ = v1::ArtworkService::NewStub(channel);
  }

  void Stop() {
    if (module_ == nullptr) return;
    module_->Drain(clock_.Now() + absl::Seconds(5));
    server_->Drain(clock_.Now() + absl::Seconds(5));
    server_.reset();
    module_.reset();
  }

  v1::RefreshPlaylistResponse Refresh() {
    v1::RefreshPlaylistResponse response;
    grpc::ClientContext context;
    const auto status = playlist_->RefreshPlaylist(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    said_ += response.ShortDebugString();
    return response;
  }

  v1::GetPlaylistResponse Get(v1::PlaylistKind kind) {
    v1::GetPlaylistRequest request;
    request.set_kind(kind);
    v1::GetPlaylistResponse response;
    grpc::ClientContext context;
    const auto status = playlist_->GetPlaylist(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    said_ += response.ShortDebugString();
    return response;
  }

  std::map<std::string, int> CountBySource(v1::PlaylistKind kind = v1::PLAYLIST_KIND_MAIN) {
    std::map<std::string, int> counts;
    const auto playlist = Get(kind);
    for (const auto& item : playlist.items()) ++counts[item.server_name()];
    return counts;
  }

  std::map<std::string, v1::Source> Sources() {
    v1::ListSourcesResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(sources_->ListSources(&context, {}, &response).ok());
    said_ += response.ShortDebugString();
    std::map<std::string, v1::Source> sources;
    for (const auto& source : response.sources()) sources.emplace(source.name(), source);
    return sources;
  }

  testing::TempDir dir_;
  base::SystemClock clock_;
  obs::Metrics metrics_;
  files::RealFileSystem files_;
  testing::CapturingLogger logger_;
  testing::FakePlex plex_;
  testing::FakeJellyfin jellyfin_;
  testing::FakeTmdb tmdb_;
  testing::FakeRomm romm_;
  PlaylistSettings settings_;
  std::string movie_libraries_ = "Movies";  // of Den
  std::shared_ptr<grpc::Channel> devices_;  // null: no run-time sources
  std::unique_ptr<PlaylistModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::PlaylistService::Stub> playlist_;
  std::unique_ptr<v1::SourceService::Stub> sources_;
  std::unique_ptr<v1::ArtworkService::Stub> artwork_;
  std::string said_;  // all responses, as text
};

}  // namespace marquee::playlist
