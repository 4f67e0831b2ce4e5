// Operations of a Plex source beside reading: connection test, libraries, previews, extras,
// sessions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/strings.h"
#include "libs/testing/capturing_logger.h"
#include "services/playlist/sources/plex/plex_source_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(PlexSourceTest, TestsTheConnectionAndListsLibraries) {
  server_.AddTitles(movies_, "Film", 7);
  server_.AddTitles(music_, "Album", 3);
  const auto source = Make(Options());

  const auto info = source->Test(Soon());
  const auto libraries = source->ListLibraries(Soon());

  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->name, "Fake");
  ASSERT_TRUE(libraries.ok()) << libraries.status();
  ASSERT_EQ(libraries->size(), 3U);
  EXPECT_EQ(libraries->at(0).items, 7);
  EXPECT_EQ(libraries->at(2).type, "music");
  EXPECT_EQ(libraries->at(2).items, 3);
}

TEST_F(PlexSourceTest, PreviewsCountFilteredTitles) {
  server_.AddTitles(movies_, "Film", 450);
  server_.AddTitles(shows_, "Show", 45);
  FilterTrial trial{.movie_libraries = {"Movies"}, .show_libraries = {"Shows"}, .filter = {}};
  trial.filter.years = ParseYears("1999-2001");

  const auto counts = Make(Options())->Preview(trial, Soon());

  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->movies, 30U);
  EXPECT_EQ(counts->shows, 3U);
  EXPECT_EQ(counts->unfiltered, 495U);
}

TEST_F(PlexSourceTest, ReturnsTheExtrasOfATitle) {
  server_.AddTitles(movies_, "Film", 1);
  const auto source = Make(Options());
  const Item item = Read(*source).at(0)->item;

  const auto extras = source->ExtrasOf(item, Soon());

  ASSERT_TRUE(extras.ok()) << extras.status();
  ASSERT_EQ(extras->size(), 3U) << "extras outside the library are omitted";
  EXPECT_EQ(extras->at(0).kind, ExtraKind::kTrailer);
  EXPECT_EQ(extras->at(0).url, "/media?server=Den&path=%2Flibrary%2Fparts%2F80%2F17%2Ffile.mp4");
  EXPECT_EQ(extras->at(1).kind, ExtraKind::kTheme);
  EXPECT_EQ(extras->at(2).name, "Behind the scenes");
}

TEST_F(PlexSourceTest, RejectsInvalidSettings) {
  const auto create = [&](const std::string& url, const std::string& token) {
    const auto source = PlexSource::Create({.name = "Den", .url = url, .token = token},
                                           {clock_, *http_, [] { return uint64_t{0}; }});
    EXPECT_EQ(source.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(base::MessageOf(source.status()));
  };
  EXPECT_THAT(create("ftp://x", "abc"), HasSubstr("http://10.0.0.5:32400"));
  EXPECT_THAT(create("http://10.0.0.5", ""), HasSubstr("X-Plex-Token"));
  EXPECT_THAT(create("http://10.0.0.5", "planted\r\nX: y"), Not(HasSubstr("planted")));
}

TEST_F(PlexSourceTest, ListsTitlesHiddenByACollection) {
  server_.AddTitles(movies_, "Film", 20);
  server_.HideItemsOf("Set 0");

  EXPECT_EQ(Read(*Make(Options())).size(), 20U);
}

TEST_F(PlexSourceTest, SkipsUnreadableSessionsAndExtras) {
  testing::CapturingLogger logger;
  const auto source =
      *PlexSource::Create(Options(), {clock_, *http_, [this] { return seed_; }, &logger});
  server_.AddTitles(movies_, "Film", 1);
  const std::string session =
      R"({"ratingKey":"1","type":"movie","title":"Am)"
      "\xE9"
      R"(lie","thumb":"/library/metadata/1/thumb/1","sessionKey":"4","Player":{"state":"playing"}})";
  server_.SetSessions({R"({"title":"Broken" "type" "clip"})", session});

  const auto sessions = source->NowPlaying(Soon());
  ASSERT_TRUE(sessions.ok()) << sessions.status();
  ASSERT_EQ(sessions->size(), 1U);
  EXPECT_EQ(sessions->at(0).item.title, "Am\xEF\xBF\xBDlie");
  ASSERT_TRUE(source->NowPlaying(Soon()).ok());

  EXPECT_EQ(logger.Count("entry 1 (\"Broken\")"), 1U) << "once";
}

TEST_F(PlexSourceTest, SkipsADamagedEntryInTheListOfLibraries) {
  server_.AddTitles(movies_, "Film", 3);
  server_.server().On(
      "/library/sections",
      {.body = "\xEF\xBB\xBF"
               R"({"MediaContainer":{"Directory":[{"key":"9","title":"Sh)"
               R"(ows,"type":"show"},{"key":"1","title":"Movies","type":"movie"}]}})"});
  const auto source = Make(Options());

  const auto yield = source->Fetch(Soon());

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 3U);
  EXPECT_THAT(yield->warnings, ::testing::Contains(HasSubstr("list of libraries: 1 entry")));
}

}  // namespace
}  // namespace marquee::playlist
