#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/status.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/playlist_module_fixture.h"
#include "tests/support/tiny_png.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Reply = testing::FakeHttpServer::Reply;
using Ending = testing::FakeHttpServer::Ending;

class PlaylistSourcesTest : public PlaylistSourcesFixture {};

TEST_F(PlaylistSourcesTest, PutsEverySourceInThePlaylistOfItsKind) {
  Refresh();

  EXPECT_EQ(CountBySource(),
            (std::map<std::string, int>{{"Den", 30}, {"Living Room", 20}, {"TMDB", 20}}));
  EXPECT_EQ(CountBySource(v1::PLAYLIST_KIND_MUSIC), (std::map<std::string, int>{{"Den", 8}}));
  EXPECT_EQ(CountBySource(v1::PLAYLIST_KIND_GAMES), (std::map<std::string, int>{{"Arcade", 7}}));
  const auto music = Get(v1::PLAYLIST_KIND_MUSIC);
  EXPECT_EQ(music.items(0).type(), v1::ITEM_TYPE_MUSIC);
  EXPECT_NE(music.items(0).music().artist(), "");
}

TEST_F(PlaylistSourcesTest, FaultsOfOneSourceDoNotAffectOthers) {
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

TEST_F(PlaylistSourcesTest, TestSourceExplainsTheResultAndRejectsInvalidSettings) {
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

TEST_F(PlaylistSourcesTest, ReturnsExtrasTrailersAndArtists) {
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

TEST_F(PlaylistSourcesTest, ReportsAHangingOriginBeforeTheCallersDeadline) {
  const std::map<std::string, Reply> faults = {
      {"/library/metadata/1/thumb/7", {.ending = Ending::kHang}},
      {"/library/metadata/1/thumb/8",
       {.headers = {{"Content-Type", "image/png"}},
        .body = testing::TinyPng() + std::string(1 << 16, ' '),
        .ending = Ending::kHangMidBody}},
  };
  for (const auto& [path, reply] : faults) {
    plex_.server().On(path, reply);
    v1::FetchArtworkRequest request;
    request.mutable_source_path()->set_source("Den");
    request.mutable_source_path()->set_path(path);
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(clock_.Now() + absl::Seconds(2)));
    const auto reader = artwork_->FetchArtwork(&context, request);
    v1::FetchArtworkResponse piece;
    while (reader->Read(&piece)) {
    }

    const absl::Status status = rpc::FromGrpc(reader->Finish());

    EXPECT_EQ(rpc::ReasonOf(status), "ORIGIN_TIMEOUT") << path << ": " << status;
  }
}

TEST_F(PlaylistSourcesTest, AHangingSourceDoesNotBlockImagesOfOthers) {
  Refresh();
  std::string path;
  const auto playlist = Get(v1::PLAYLIST_KIND_MAIN);
  for (const auto& item : playlist.items()) {
    if (item.server_name() == "Living Room") path = PathOfImageUrl(item.poster_url());
  }
  plex_.server().On("/library/metadata/1/thumb/7", {.ending = Ending::kHang});
  struct Hung {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::FetchArtworkResponse>> reader;
  };
  // More transfers than the limit.
  std::vector<std::unique_ptr<Hung>> hung;
  for (int i = 0; i < settings_.artwork().transfers() + 8; ++i) {
    v1::FetchArtworkRequest request;
    request.mutable_source_path()->set_source("Den");
    request.mutable_source_path()->set_path("/library/metadata/1/thumb/7");
    auto& call = hung.emplace_back(std::make_unique<Hung>());
    call->reader = artwork_->FetchArtwork(&call->context, request);
  }

  v1::FetchArtworkRequest request;
  request.mutable_source_path()->set_source("Living Room");
  request.mutable_source_path()->set_path(path);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(clock_.Now() + absl::Seconds(10)));
  const auto reader = artwork_->FetchArtwork(&context, request);
  v1::FetchArtworkResponse piece;
  while (reader->Read(&piece)) {
  }
  EXPECT_TRUE(rpc::FromGrpc(reader->Finish()).ok()) << path;

  for (const auto& call : hung) {
    call->context.TryCancel();
    while (call->reader->Read(&piece)) {
    }
    EXPECT_FALSE(call->reader->Finish().ok());
  }
}

TEST_F(PlaylistSourcesTest, FindsALibraryInBothNormalisationsOfItsName) {
  plex_.AddTitles(plex_.AddSection("Com\xC3\xA9"
                                   "die",
                                   "movie"),
                  "Comedy", 5);
  movie_libraries_ =
      "Movies, \"Come\xCC\x81"
      "die\"";
  Stop();
  Start("10s");

  Refresh();

  EXPECT_EQ(CountBySource()["Den"], 35);
}

TEST_F(PlaylistSourcesTest, ReportsPlaybackSessionsToWatchers) {
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
