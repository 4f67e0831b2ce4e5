// The playlist service, called over gRPC.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/obs/logger.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "services/playlist/playlist_module.h"
#include "tests/support/fake_jellyfin.h"

namespace marquee::playlist {

// Drops log lines: those of an hour would count as memory growth.
class NoLog final : public obs::Logger {
 public:
  void Log(obs::Level, std::string_view, obs::Fields) override {}
};

class Service {
 public:
  // Sources S0, S1, … of Jellyfin servers. `refresh`, `source`: additional settings, each with a
  // leading comma; `more`: additional lines of the file.
  Service(const std::vector<std::string>& urls, const std::string& refresh,
          const std::string& source, const std::string& more = "") {
    std::string yaml = fmt::format("data_dir: {}\n{}playlist: {{refresh_every: 0s{}}}\nsources:\n",
                                   (dir_ / "data").string(), more, refresh);
    for (size_t i = 0; i < urls.size(); ++i) {
      yaml += fmt::format("- {{name: S{}, type: jellyfin, url: '{}', token: {}{}}}\n", i, urls[i],
                          testing::FakeJellyfin::kToken, source);
    }
    config::Input input;
    input.file = dir_.Write("marquee.yaml", yaml).string();
    if (const auto loaded = config::Load(input, files_, settings_); !loaded.ok()) {
      std::cerr << loaded << "\n";
      std::abort();
    }
    module_ = *PlaylistModule::Create(
        settings_, {.clock = clock_, .logger = logger_, .metrics = metrics_, .files = files_});
    began_ = clock_.Monotonic();
    if (!module_->Start().ok()) std::abort();
    server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, module_->services(), metrics_, clock_);
    stub_ =
        v1::PlaylistService::NewStub(rpc::Connect(fmt::format("127.0.0.1:{}", server_->port())));
  }
  ~Service() {
    module_->Drain(clock_.Now());
    server_->Drain(clock_.Now() + absl::Seconds(1));
  }

  struct Round {
    v1::RefreshPlaylistResponse response;
    absl::Duration took;
  };
  Round Refresh(bool full = false) {
    const absl::Duration began = clock_.Monotonic();
    v1::RefreshPlaylistRequest request;
    request.set_full(full);
    Round round;
    grpc::ClientContext context;
    const auto status = stub_->RefreshPlaylist(&context, request, &round.response);
    if (!status.ok()) std::cerr << status.error_message() << "\n";
    round.took = clock_.Monotonic() - began;
    return round;
  }
  // From the start until the first playlist exists.
  absl::Duration UntilReady() {
    while (true) {
      v1::GetPlaylistResponse response;
      grpc::ClientContext context;
      if (stub_->GetPlaylist(&context, {}, &response).ok()) return clock_.Monotonic() - began_;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  double Metric(const std::string& name, const obs::Labels& labels) {
    return metrics_.counter(name, "", labels).value();
  }

 private:
  testing::TempDir dir_;
  base::SystemClock clock_;
  obs::Metrics metrics_;
  files::RealFileSystem files_;
  NoLog logger_;
  PlaylistSettings settings_;
  absl::Duration began_;
  std::unique_ptr<PlaylistModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::PlaylistService::Stub> stub_;
};

}  // namespace marquee::playlist
