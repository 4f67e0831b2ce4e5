// The whole service over real HTTP to scripted media servers of every kind, and real gRPC.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/playlist_module.h"
#include "tests/support/fake_jellyfin.h"
#include "tests/support/fake_plex.h"
#include "tests/support/fake_romm.h"
#include "tests/support/fake_tmdb.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Reply = testing::FakeHttpServer::Reply;
using Ending = testing::FakeHttpServer::Ending;

class PlaylistSourcesTest : public ::testing::Test {
 public:
  PlaylistSourcesTest() {
    plex_.AddTitles(plex_.AddSection("Movies", "movie"), "Film", 30);
    plex_.AddTitles(plex_.AddSection("Music", "artist"), "Album", 8);
    jellyfin_.AddTitles(jellyfin_.AddLibrary("Movies", "movies"), "Movie", "Reel", 20);
    tmdb_.AddTitles("/movie/popular", "Hit", 15);
    tmdb_.AddTitles("/tv/popular", "Series", 5);
    romm_.AddPlatform("snes", "Super Nintendo");
    romm_.AddGames("snes", "Game", 7);
    Start("10s");
  }
  ~PlaylistSourcesTest() override { Stop(); }

 protected:
  void Start(const std::string& budget) {
    const std::string yaml = fmt::format(
        "data_dir: {}\n"
        "playlist: {{refresh_every: 0s, refresh_budget: {}}}\n"
        "sources:\n"
        "- {{name: Den, type: plex, url: '{}', token: {}, movie_libraries: [Movies], "
        "music_libraries: [Music]}}\n"
        "- {{name: Living Room, type: jellyfin, url: '{}', token: {}, movie_libraries: [Movies]}}\n"
        "- {{name: TMDB, type: tmdb, url: '{}', token: {}}}\n"
        "- {{name: Arcade, type: romm, url: '{}', username: '{}', password: '{}', "
        "platforms: [snes]}}\n",
        (dir_ / "data").string(), budget, plex_.url(), testing::FakePlex::kToken, jellyfin_.url(),
        testing::FakeJellyfin::kToken, tmdb_.url(), testing::FakeTmdb::kKey, romm_.url(),
        testing::FakeRomm::kUser, testing::FakeRomm::kPassword);
    config::Input input;
    input.file = dir_.Write("marquee.yaml", yaml).string();
    settings_.Clear();
    const absl::Status loaded = config::Load(input, files_, settings_);
    ASSERT_TRUE(loaded.ok()) << loaded;
    auto module = PlaylistModule::Create(
        settings_, {.clock = clock_, .logger = logger_, .metrics = metrics_, .files = files_});
    ASSERT_TRUE(module.ok()) << module.status();
    module_ = *std::move(module);
    ASSERT_TRUE(module_->Start().ok());
    server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, module_->services(), metrics_, clock_);
    const auto channel = rpc::Connect(fmt::format("127.0.0.1:{}", server_->port()));
    playlist_ = v1::PlaylistService::NewStub(channel);
    sources_ = v1::SourceService::NewStub(channel);
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
  std::unique_ptr<PlaylistModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::PlaylistService::Stub> playlist_;
  std::unique_ptr<v1::SourceService::Stub> sources_;
  std::string said_;  // whatever came over the wire
};

TEST_F(PlaylistSourcesTest, EverySourceIsInThePlaylistOfItsKind) {
  Refresh();

  EXPECT_EQ(CountBySource(),
            (std::map<std::string, int>{{"Den", 30}, {"Living Room", 20}, {"TMDB", 20}}));
  EXPECT_EQ(CountBySource(v1::PLAYLIST_KIND_MUSIC), (std::map<std::string, int>{{"Den", 8}}));
  EXPECT_EQ(CountBySource(v1::PLAYLIST_KIND_GAMES), (std::map<std::string, int>{{"Arcade", 7}}));
  const auto music = Get(v1::PLAYLIST_KIND_MUSIC);
  EXPECT_EQ(music.items(0).type(), v1::ITEM_TYPE_MUSIC);
  EXPECT_NE(music.items(0).music().artist(), "");
}

TEST_F(PlaylistSourcesTest, AnyFaultOfOneSourceCostsNobodyAnything) {
  Refresh();
  Stop();
  Start("1s");
  Refresh();
  const std::map<std::string, Reply> faults = {
      {"hang", {.ending = Ending::kHang}},
      {"reset", {.body = std::string(1 << 16, '{'), .ending = Ending::kResetMidBody}},
      {"html", {.body = "<html>Sign in</html>"}},
      {"500", {.status = 500}},
      {"endless", {.body = std::string(1 << 20, ' '), .ending = Ending::kEndless}},
      {"endless list",
       {.body = R"({"MediaContainer":{"Metadata":[)" + std::string(1 << 20, ' '),
        .ending = Ending::kEndless}},
      {"brackets", {.body = std::string(100'000, '[')}},
  };
  for (const auto& [name, reply] : faults) {
    plex_.server().On("/library/sections", reply);
    const absl::Duration began = clock_.Monotonic();

    const auto report = Refresh();

    EXPECT_LT(clock_.Monotonic() - began, absl::Seconds(5)) << name;
    for (const auto& result : report.results()) {
      EXPECT_EQ(result.error().empty(), result.source() != "Den") << name << ": " << result.error();
      EXPECT_EQ(result.stale(), result.source() == "Den") << name;
      if (result.source() == "Den") EXPECT_THAT(result.error(), HasSubstr("Den")) << name;
    }
    EXPECT_EQ(CountBySource(),
              (std::map<std::string, int>{{"Den", 30}, {"Living Room", 20}, {"TMDB", 20}}))
        << name;
  }
  EXPECT_EQ(Sources().at("Den").state(), v1::SOURCE_STATE_STALE);
}

TEST_F(PlaylistSourcesTest, NoSecretIsInAnythingThatIsSaidOrKept) {
  Refresh();
  Sources();
  Get(v1::PLAYLIST_KIND_MAIN);
  Get(v1::PLAYLIST_KIND_MUSIC);
  Get(v1::PLAYLIST_KIND_GAMES);
  for (const char* path : {"/library/sections", "/status/sessions"}) {
    plex_.server().On(path, {.status = 500});
  }
  jellyfin_.server().On("/Items/Counts", {.status = 401});
  tmdb_.server().On("/movie/popular", {.body = "x", .ending = Ending::kRaw});
  romm_.server().On("/api/platforms", {.status = 401});
  Refresh();
  for (const auto& [name, source] : Sources()) {
    v1::TestSourceRequest request;
    request.mutable_target()->set_name(name);
    v1::TestSourceResponse response;
    grpc::ClientContext context;
    const auto status = sources_->TestSource(&context, request, &response);
    said_ += response.ShortDebugString() + status.error_message();
  }

  std::string seen = said_ + metrics_.Render();
  for (const auto& line : logger_.lines()) seen += line + "\n";
  for (const auto* name : {"playlist", "music", "games"}) {
    const auto path = dir_ / fmt::format("data/playlist/{}.snapshot", name);
    const auto bytes = files_.Read(path, 1 << 24);
    ASSERT_TRUE(bytes.ok()) << path;
    seen += *bytes;
  }

  for (const std::string_view secret :
       {testing::FakePlex::kToken, testing::FakeJellyfin::kToken, testing::FakeTmdb::kKey,
        testing::FakeRomm::kPassword, std::string_view("planted-access"),
        std::string_view("planted-refresh"), std::string_view("api_key"),
        std::string_view("X-Plex-Token=")}) {
    const size_t at = seen.find(secret);
    EXPECT_EQ(at, std::string::npos) << secret << ": " << seen.substr(at < 100 ? 0 : at - 100, 200);
  }
  EXPECT_THAT(plex_.complaints(), ::testing::IsEmpty());
  EXPECT_THAT(jellyfin_.complaints(), ::testing::IsEmpty());
}

TEST_F(PlaylistSourcesTest, TestsASourceInWordsAndFailsOnlyForSettingsThatMakeNoSense) {
  const auto test = [&](v1::SourceTarget target, v1::TestSourceResponse* response) {
    v1::TestSourceRequest request;
    *request.mutable_target() = std::move(target);
    grpc::ClientContext context;
    return sources_->TestSource(&context, request, response);
  };
  v1::SourceTarget target;
  target.set_name("Den");
  v1::TestSourceResponse good;
  ASSERT_TRUE(test(target, &good).ok());
  EXPECT_TRUE(good.success());
  EXPECT_EQ(good.server_name(), "Fake");
  EXPECT_THAT(good.message(), HasSubstr("Connected to Fake 1.41"));

  target.Clear();
  target.set_type("plex");
  target.set_url(plex_.url());
  target.set_token("planted-but-wrong");
  v1::TestSourceResponse refused;
  ASSERT_TRUE(test(target, &refused).ok());
  EXPECT_FALSE(refused.success());
  EXPECT_THAT(refused.message(), HasSubstr("does not accept the token"));
  EXPECT_THAT(refused.message(), Not(HasSubstr("planted")));

  target.set_url("http://127.0.0.1:1");
  v1::TestSourceResponse away;
  ASSERT_TRUE(test(target, &away).ok());
  EXPECT_THAT(away.message(), HasSubstr("connection refused"));

  target.set_type("kodi");
  v1::TestSourceResponse senseless;
  EXPECT_EQ(test(target, &senseless).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(PlaylistSourcesTest, ListsLibrariesAndPreviewsAFilter) {
  v1::ListLibrariesRequest request;
  request.mutable_target()->set_name("Den");
  v1::ListLibrariesResponse libraries;
  grpc::ClientContext context;
  ASSERT_TRUE(sources_->ListLibraries(&context, request, &libraries).ok());
  ASSERT_EQ(libraries.libraries_size(), 2);
  EXPECT_EQ(libraries.libraries(0).name(), "Movies");
  EXPECT_EQ(libraries.libraries(0).items(), 30);

  v1::PreviewFilterRequest preview;
  preview.set_source("Living Room");
  preview.add_movie_libraries("Movies");
  preview.mutable_filter()->add_years("1981-1985");
  v1::PreviewFilterResponse counts;
  grpc::ClientContext second;
  ASSERT_TRUE(sources_->PreviewFilter(&second, preview, &counts).ok());
  EXPECT_EQ(counts.movies(), 5);
  EXPECT_EQ(counts.unfiltered(), 20);
}

TEST_F(PlaylistSourcesTest, TellsExtrasTrailersAndArtists) {
  Refresh();
  std::string key;
  const auto playlist = Get(v1::PLAYLIST_KIND_MAIN);
  for (const auto& item : playlist.items()) {
    if (item.server_name() == "Den") key = item.key();
  }
  v1::GetExtrasRequest by_key;
  by_key.set_key(key);
  v1::GetExtrasResponse extras;
  grpc::ClientContext context;
  ASSERT_TRUE(playlist_->GetExtras(&context, by_key, &extras).ok());
  ASSERT_GT(extras.extras_size(), 0);
  EXPECT_EQ(extras.extras(0).kind(), v1::Extra::KIND_TRAILER);

  v1::GetExtrasRequest by_id;
  by_id.set_tmdb_id(765432);
  by_id.set_type(v1::ITEM_TYPE_MOVIE);
  v1::GetExtrasResponse trailers;
  grpc::ClientContext second;
  ASSERT_TRUE(playlist_->GetExtras(&second, by_id, &trailers).ok());
  EXPECT_EQ(trailers.extras(0).site_key(), "tra1");

  v1::ListArtistsResponse artists;
  grpc::ClientContext third;
  ASSERT_TRUE(playlist_->ListArtists(&third, {}, &artists).ok());
  EXPECT_EQ(artists.albums_size(), 8);
}

TEST_F(PlaylistSourcesTest, SaysWhatIsPlayingWhileSomebodyWatches) {
  plex_.SetSessions(
      {R"({"sessionKey":"1","ratingKey":"1","type":"movie","title":"Film 1",)"
       R"("thumb":"/library/metadata/1/thumb/1","User":{"title":"anna"},"Player":{"state":"playing"}})"});
  grpc::ClientContext context;
  const auto reader = playlist_->WatchNowPlaying(&context, {});
  v1::WatchNowPlayingResponse playing;

  ASSERT_TRUE(reader->Read(&playing));

  ASSERT_EQ(playing.sessions_size(), 1);
  EXPECT_EQ(playing.sessions(0).item().title(), "Film 1");
  EXPECT_EQ(playing.sessions(0).user(), "anna");
  context.TryCancel();
  reader->Finish();
}

}  // namespace
}  // namespace marquee::playlist
