// Checks that known secrets do not appear in any response, log, file or request URL.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

#include "libs/base/strings.h"
#include "services/playlist/clients/fake_settings.h"
#include "services/playlist/playlist_module_fixture.h"
#include "services/playlist/sources_config/fetch_once.h"

namespace marquee::playlist {
namespace {

using Request = testing::FakeHttpServer::Request;
using Reply = testing::FakeHttpServer::Reply;

constexpr std::string_view kAddedToken = "planted-token-of-an-added-source";

class PlaylistSecretsTest : public PlaylistSourcesFixture {
 public:
  PlaylistSecretsTest() {
    Stop();
    emby_.AddTitles(emby_.AddLibrary("Movies", "movies"), "Movie", "Emby reel", 20);
    // Two run-time sources: one that works and one that is invalid.
    settings_service_.Put(
        fmt::format(R"({{"sources":[{{"name":"Hall","type":"emby","url":"{}","token":"{}",)"
                    R"("movie_libraries":["Movies"]}},)"
                    R"({{"name":"Bad","type":"plex","url":"nowhere","token":"{}"}}]}})",
                    emby_.url(), testing::FakeJellyfin::kToken, kAddedToken));
    devices_server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, {&settings_service_},
                                          device_metrics_, clock_);
    devices_ = rpc::Connect(fmt::format("127.0.0.1:{}", devices_server_->port()));
    Start("10s");
    while (!Sources().contains("Bad")) std::this_thread::yield();
  }
  ~PlaylistSecretsTest() override {
    Stop();
    settings_service_.Cut(true);
    devices_server_->Drain(clock_.Now() + absl::Seconds(2));
  }

 protected:
  // Sends every kind of query, for every source and one title of each.
  void AskEverything() {
    Refresh();
    for (const auto kind :
         {v1::PLAYLIST_KIND_MAIN, v1::PLAYLIST_KIND_MUSIC, v1::PLAYLIST_KIND_GAMES}) {
      std::set<std::string> asked;
      const auto playlist = Get(kind);
      for (const v1::Item& item : playlist.items()) {
        if (!asked.insert(item.server_name()).second) continue;
        v1::GetExtrasRequest request;
        request.set_key(item.key());
        v1::GetExtrasResponse response;
        grpc::ClientContext context;
        Say(playlist_->GetExtras(&context, request, &response), response);
        FetchImage(item.poster_url());
      }
    }
    v1::ListArtistsResponse artists;
    grpc::ClientContext context;
    Say(playlist_->ListArtists(&context, {}, &artists), artists);
    WatchPlaying();
    for (const auto& [name, source] : Sources()) AskAbout(name);
    for (const SourceSettings& source : settings_.sources()) {
      const auto report = FetchOnce(settings_, source.name(), {clock_, logger_, metrics_});
      said_ += report.ok() ? *report : std::string(report.status().message());
    }
  }

  void Planted(const std::string& seen) {
    for (const std::string_view secret :
         {testing::FakePlex::kToken, testing::FakeJellyfin::kToken, testing::FakeTmdb::kKey,
          testing::FakeRomm::kPassword, kAddedToken, std::string_view("planted-access"),
          std::string_view("planted-refresh"), std::string_view("api_key"),
          std::string_view("X-Plex-Token="), std::string_view("X-Emby-Token")}) {
      const size_t at = seen.find(secret);
      EXPECT_EQ(at, std::string::npos)
          << secret << ": " << seen.substr(at < 100 ? 0 : at - 100, 200);
    }
  }

  testing::FakeJellyfin emby_;
  obs::Metrics device_metrics_;
  FakeSettings settings_service_;
  std::unique_ptr<rpc::Server> devices_server_;

 private:
  void Say(const grpc::Status& status, const google::protobuf::Message& response) {
    said_ += status.error_message() + status.error_details() + response.ShortDebugString();
  }
  void AskAbout(const std::string& name) {
    v1::TestSourceRequest test;
    test.mutable_target()->set_name(name);
    v1::TestSourceResponse tested;
    grpc::ClientContext first;
    Say(sources_->TestSource(&first, test, &tested), tested);
    v1::ListLibrariesRequest list;
    list.mutable_target()->set_name(name);
    v1::ListLibrariesResponse libraries;
    grpc::ClientContext second;
    Say(sources_->ListLibraries(&second, list, &libraries), libraries);
    v1::PreviewFilterRequest preview;
    preview.set_source(name);
    preview.add_movie_libraries("Movies");
    preview.add_platforms("snes");
    v1::PreviewFilterResponse counts;
    grpc::ClientContext third;
    Say(sources_->PreviewFilter(&third, preview, &counts), counts);
  }
  void FetchImage(const std::string& url) {
    v1::FetchArtworkRequest request;
    request.mutable_source_path()->set_source("Den");
    request.mutable_source_path()->set_path("/library/metadata/1/thumb/0");  // does not exist
    if (url.find("url=") != std::string::npos) request.set_url(plex_.server().url("/x?api_key=k"));
    grpc::ClientContext context;
    const auto reader = artwork_->FetchArtwork(&context, request);
    v1::FetchArtworkResponse piece;
    while (reader->Read(&piece)) said_ += piece.header().ShortDebugString();
    said_ += reader->Finish().error_message();
  }
  void WatchPlaying() {
    grpc::ClientContext context;
    const auto reader = playlist_->WatchNowPlaying(&context, {});
    v1::WatchNowPlayingResponse playing;
    if (reader->Read(&playing)) said_ += playing.ShortDebugString();
    context.TryCancel();
    reader->Finish();
  }
};

TEST_F(PlaylistSecretsTest, DoNotAppearInResponsesLogsOrFiles) {
  AskEverything();
  // Servers that fail and echo the request in the response.
  const auto echo = [](const Request& request) {
    std::string body = request.query;
    for (const auto& [name, value] : request.headers) body += name + ": " + value + "\n";
    const int status = request.path.size() % 2 == 0 ? 401 : 500;
    return Reply{.status = status,
                 .headers = {{"WWW-Authenticate", "Token " + std::string(body.substr(0, 60))}},
                 .body = body + request.body};
  };
  for (auto* server :
       {&plex_.server(), &jellyfin_.server(), &emby_.server(), &tmdb_.server(), &romm_.server()}) {
    for (const char* path :
         {"/", "/library/sections", "/status/sessions", "/Items/Counts", "/Items", "/Users",
          "/Library/VirtualFolders", "/movie/popular", "/tv/popular", "/configuration",
          "/api/platforms", "/api/roms", "/api/token", "/api/heartbeat"}) {
      server->On(path, echo);
    }
  }
  AskEverything();

  std::string seen = said_ + metrics_.Render();
  for (const auto& line : logger_.lines()) seen += line + "\n";
  for (const auto* name : {"playlist", "music", "games"}) {
    const auto path = dir_ / fmt::format("data/playlist/{}.snapshot", name);
    const auto bytes = files_.Read(path, 1 << 24);
    ASSERT_TRUE(bytes.ok()) << path;
    seen += *bytes;
  }
  for (const char* source : {"Den", "Living Room", "TMDB", "Arcade", "Hall", "Bad"}) {
    EXPECT_NE(said_.find(source), std::string::npos) << source << " was not asked";
  }
  Planted(seen);
}

TEST_F(PlaylistSecretsTest, AreSentToTheirServerInHeadersOnly) {
  AskEverything();

  for (auto* server : {&plex_.server(), &jellyfin_.server(), &emby_.server(), &romm_.server()}) {
    std::string urls;
    for (const Request& request : server->requests()) {
      urls += request.path + "?" + request.query + "\n";
    }
    Planted(urls);
  }
  EXPECT_THAT(plex_.complaints(), ::testing::IsEmpty());
  EXPECT_THAT(jellyfin_.complaints(), ::testing::IsEmpty());
  EXPECT_THAT(emby_.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace marquee::playlist
