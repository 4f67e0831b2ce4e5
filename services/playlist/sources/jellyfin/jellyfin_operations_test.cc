#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/playlist/sources/jellyfin/jellyfin_source_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

class JellyfinOperationsTest : public JellyfinSourceFixture {};

TEST_F(JellyfinOperationsTest, ListsLibrariesWithTheirNumberOfTitles) {
  server_.AddTitles(movies_, "Movie", "Film", 7);

  const auto libraries = Make()->ListLibraries(Within(absl::Seconds(30)));

  ASSERT_TRUE(libraries.ok()) << libraries.status();
  ASSERT_EQ(libraries->size(), 2U);
  EXPECT_EQ(libraries->at(0).name, "Movies");
  EXPECT_EQ(libraries->at(0).type, "movie");
  EXPECT_EQ(libraries->at(0).items, 7);
  EXPECT_EQ(libraries->at(1).type, "show");
}

TEST_F(JellyfinOperationsTest, PreviewsCountFilteredTitles) {
  server_.AddTitles(movies_, "Movie", "Film", 450);  // ten of each year
  server_.AddTitles(shows_, "Series", "Show", 45);
  FilterTrial trial{.movie_libraries = {"Movies"}, .show_libraries = {"Shows"}, .filter = {}};
  trial.filter.years = ParseYears("1999-2001");

  const auto counts = Make()->Preview(trial, Within(absl::Seconds(30)));

  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->movies, 30U);
  EXPECT_EQ(counts->shows, 3U);
  EXPECT_EQ(counts->unfiltered, 495U);
}

TEST_F(JellyfinOperationsTest, ReturnsTheExtrasOfATitle) {
  server_.server().On("/Items/a1/LocalTrailers", {.body = R"([{"Id":"b1","Name":"Trailer"}])"});
  server_.server().On("/Items/a1/SpecialFeatures", {.body = R"([{"Id":"b2","Name":"Making of"}])"});
  server_.server().On("/Items/a1/ThemeSongs",
                      {.body = R"({"Items":[{"Id":"b3","Name":"Theme"}],"TotalRecordCount":1})"});
  Item item;
  item.key = "jellyfin_a1";

  const auto extras = Make()->ExtrasOf(item, Within(absl::Seconds(30)));

  ASSERT_TRUE(extras.ok()) << extras.status();
  ASSERT_EQ(extras->size(), 3U);
  EXPECT_EQ(extras->at(0).kind, ExtraKind::kTrailer);
  EXPECT_EQ(extras->at(0).url,
            "/media?server=Living%20Room&path=%2FVideos%2Fb1%2Fstream%3Fstatic%3Dtrue");
  EXPECT_EQ(extras->at(1).kind, ExtraKind::kTheme);
  EXPECT_THAT(extras->at(1).url, HasSubstr("Audio"));
  EXPECT_EQ(extras->at(2).name, "Making of");
}

TEST_F(JellyfinOperationsTest, ReturnsPlaybackSessions) {
  server_.server().On(
      "/Sessions",
      {.body =
           R"([{"Id":"s1","UserName":"anna","Client":"Web","DeviceName":"Laptop",)"
           R"("PlayState":{"PositionTicks":610000000,"IsPaused":true},"NowPlayingItem":{"Id":"a1",)"
           R"("Type":"Movie","Name":"The Long Tide","ImageTags":{"Primary":"t1"}}},)"
           R"({"Id":"s2","UserName":"bert","NowPlayingItem":{"Id":"e1","Type":"Episode","Name":"Pilot",)"
           R"("SeriesName":"Harbour Lane","SeriesId":"a2","SeriesPrimaryImageTag":"t2"}},)"
           R"({"Id":"s3","UserName":"idle"}])"});

  const auto sessions = Make()->NowPlaying(Within(absl::Seconds(30)));

  ASSERT_TRUE(sessions.ok()) << sessions.status();
  ASSERT_EQ(sessions->size(), 2U);
  EXPECT_EQ(sessions->at(0).item.title, "The Long Tide");
  EXPECT_EQ(sessions->at(0).state, "paused");
  EXPECT_EQ(sessions->at(0).position, absl::Seconds(61));
  EXPECT_EQ(sessions->at(0).player, "Laptop, Web");
  EXPECT_EQ(sessions->at(1).item.title, "Harbour Lane");
  EXPECT_THAT(sessions->at(1).item.poster_url, HasSubstr("a2"));
  EXPECT_EQ(sessions->at(1).state, "playing");
}

TEST_F(JellyfinOperationsTest, TestsTheConnection) {
  const auto info = Make()->Test(Within(absl::Seconds(30)));

  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->name, "Fake");
  EXPECT_EQ(info->version, "10.9.11");
}

}  // namespace
}  // namespace marquee::playlist
