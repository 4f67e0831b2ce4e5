// The whole service on a folder of twenty images, and real gRPC, for the tests beside it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/playlist_module.h"

namespace marquee::playlist {

// The program without main(): module, server, channel.
class Program {
 public:
  Program(const PlaylistSettings& settings, obs::Logger& logger, bool tcp = true) {
    auto module = PlaylistModule::Create(
        settings, {.clock = clock_, .logger = logger, .metrics = metrics_, .files = files_});
    EXPECT_TRUE(module.ok()) << base::MessageOf(module.status());
    module_ = *std::move(module);
    EXPECT_TRUE(module_->Start().ok());
    const std::string listen = tcp ? "127.0.0.1:0" : "";
    server_ = *rpc::Server::Start({.listen = listen}, module_->services(), metrics_, clock_);
    channel_ = tcp ? rpc::Connect(fmt::format("127.0.0.1:{}", server_->port()))
                   : server_->InProcessChannel();
    playlist = v1::PlaylistService::NewStub(channel_);
    sources = v1::SourceService::NewStub(channel_);
    artwork = v1::ArtworkService::NewStub(channel_);
  }
  ~Program() { End(); }

  void End() {
    if (ended_) return;
    ended_ = true;
    module_->Drain(clock_.Now() + absl::Seconds(5));
    server_->Drain(clock_.Now() + absl::Seconds(5));
  }
  std::string Metrics() { return metrics_.Render(); }

  // Runs a round over all sources.
  v1::RefreshPlaylistResponse Refresh(const std::string& request_id = "") {
    v1::RefreshPlaylistRequest request;
    request.set_request_id(request_id);
    v1::RefreshPlaylistResponse response;
    grpc::ClientContext context;
    const auto status = playlist->RefreshPlaylist(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  absl::Status Get(const v1::GetPlaylistRequest& request, v1::GetPlaylistResponse* response) {
    grpc::ClientContext context;
    return rpc::FromGrpc(playlist->GetPlaylist(&context, request, response));
  }

  std::unique_ptr<v1::PlaylistService::Stub> playlist;
  std::unique_ptr<v1::SourceService::Stub> sources;
  std::unique_ptr<v1::ArtworkService::Stub> artwork;

 private:
  base::SystemClock clock_;
  obs::Metrics metrics_;
  files::RealFileSystem files_;
  std::unique_ptr<PlaylistModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  bool ended_ = false;
};

class PlaylistModuleTest : public ::testing::Test {
 protected:
  // One version received from a watch.
  struct Watched {
    v1::PlaylistVersion version;
    std::set<std::string> keys;
    int batches = 0;
    size_t largest_batch = 0;
    bool begun = false;
    bool ok = false;
  };

  PlaylistModuleTest() {
    for (int i = 0; i < 20; ++i)
      dir_.Write(fmt::format("posters/Film {} (1999).jpg", i), Jpeg(150'000));
    dir_.Write("posters/notes.jpg", "a text");
    Configure(fmt::format("data_dir: {}\nsources: [{{name: My Films, type: local, path: {}}}]\n",
                          (dir_ / "data").string(), (dir_ / "posters").string()));
  }

  static std::string Jpeg(size_t bytes) {
    std::string jpeg = "\xFF\xD8\xFF\xE0";
    jpeg.resize(bytes, 'x');
    return jpeg;
  }
  void Configure(const std::string& yaml) {
    files::RealFileSystem files;
    config::Input input;
    input.file = dir_.Write("marquee.yaml", yaml).string();
    const absl::Status loaded = config::Load(input, files, settings_);
    ASSERT_TRUE(loaded.ok()) << base::MessageOf(loaded);
  }
  std::string CreateError(const std::string& yaml) {
    Configure(yaml);
    base::SystemClock clock;
    obs::Metrics metrics;
    files::RealFileSystem files;
    return std::string(base::MessageOf(
        PlaylistModule::Create(settings_, {clock, logger_, metrics, files}).status()));
  }

  static Watched ReadVersion(grpc::ClientReader<v1::WatchPlaylistResponse>& reader) {
    Watched watched;
    v1::WatchPlaylistResponse piece;
    while (reader.Read(&piece)) {
      if (piece.has_begin()) watched.begun = true;
      if (piece.has_batch()) {
        ++watched.batches;
        watched.largest_batch = std::max(watched.largest_batch, piece.ByteSizeLong());
        for (const auto& item : piece.batch().items()) watched.keys.insert(item.key());
      }
      if (piece.has_commit()) {
        watched.version = piece.commit().version();
        watched.ok = true;
        return watched;
      }
    }
    return watched;
  }

  testing::TempDir dir_;
  testing::CapturingLogger logger_;
  PlaylistSettings settings_;
};

}  // namespace marquee::playlist
