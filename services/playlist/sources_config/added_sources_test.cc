#include "services/playlist/sources_config/added_sources.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<AddedSource> Added(const std::string& sources) {
  google::protobuf::Struct body;
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      fmt::format(R"({{"sources": [{}]}})", sources), &body);
  EXPECT_TRUE(parsed.ok()) << parsed.ToString();
  return AddedSourcesOf(body);
}

std::string ErrorOf(const std::string& source) {
  return std::string(base::MessageOf(Added(source).at(0).settings.status()));
}

TEST(AddedSourcesTest, EntriesHaveTheKeysAndDefaultsOfTheConfigurationFile) {
  const auto added = Added(
      R"({"name": "Den", "type": "plex", "url": "http://a:32400", "token": "t", "weight": 3,
          "movie_libraries": ["Movies", "\u00e9t\u00e9 \"x\""], "filter": {"min_rating": 6.5}},
         {"name": "DB", "type": "tmdb", "api_key": "k", "enabled": false})");

  ASSERT_EQ(added.size(), 2U);
  ASSERT_TRUE(added[0].settings.ok()) << added[0].settings.status();
  EXPECT_EQ(added[0].settings->token(), "t");
  EXPECT_EQ(added[0].settings->weight(), 3);
  EXPECT_EQ(added[0].settings->max_movies(), 300);
  EXPECT_TRUE(added[0].settings->enabled());
  EXPECT_DOUBLE_EQ(added[0].settings->filter().min_rating(), 6.5);
  EXPECT_THAT(added[0].settings->movie_libraries(), ElementsAre("Movies", "été \"x\""));
  ASSERT_TRUE(added[1].settings.ok()) << added[1].settings.status();
  EXPECT_EQ(added[1].settings->token(), "k");
  EXPECT_FALSE(added[1].settings->enabled());
}

TEST(AddedSourcesTest, ReportsInvalidEntriesAndAcceptsTheOthers) {
  const auto added = Added(R"({"name": "Den", "type": "plex", "url": "nowhere", "token": "secret"},
                              {"name": "Hall", "type": "local", "path": "/p"})");

  ASSERT_EQ(added.size(), 2U);
  EXPECT_EQ(added[0].name, "Den");
  EXPECT_EQ(added[0].type, "plex");
  EXPECT_THAT(std::string(added[0].settings.status().message()), HasSubstr("url: expected"));
  EXPECT_TRUE(added[1].settings.ok());

  EXPECT_THAT(ErrorOf(R"({"name": "A", "type": "plex", "url": "http://a"})"), HasSubstr("token"));
  EXPECT_THAT(ErrorOf(R"({"name": "A", "type": "local", "path": "/p", "wieght": 2})"),
              HasSubstr("nearest valid one is weight"));
  EXPECT_THAT(ErrorOf(R"({"name": "A", "type": "local", "path": {"a": 1}})"), HasSubstr("path"));
}

TEST(AddedSourcesTest, RejectsSecretReferencesWithoutShowingTheSecret) {
  const std::string error = ErrorOf(
      R"({"name": "A", "type": "plex", "url": "http://evil", "token": "${file:/etc/hostname}"})");

  EXPECT_THAT(error, HasSubstr("enter the value itself"));
  EXPECT_THAT(ErrorOf(R"({"name": "A", "type": "plex", "url": "x", "token": ["hidden-secret"]})"),
              Not(HasSubstr("hidden-secret")));
}

TEST(AddedSourcesTest, RejectsRepeatedNamesAndTooManySources) {
  const std::string hall = R"({"name": "Hall", "type": "local", "path": "/p"})";
  EXPECT_FALSE(Added(hall + "," + hall)[1].settings.ok());

  std::string many;
  for (size_t i = 0; i < 2 * kMaxAddedSources; ++i) {
    many += fmt::format(R"({}{{"name": "S{}", "type": "local", "path": "/p"}})",
                        many.empty() ? "" : ",", i);
  }
  const auto added = Added(many);
  EXPECT_EQ(added.size(), kMaxAddedSources + 1);
  EXPECT_TRUE(added[kMaxAddedSources - 1].settings.ok());
  EXPECT_FALSE(added[kMaxAddedSources].settings.ok());
}

TEST(AddedSourcesTest, AnEmptyDocumentHasNoSources) {
  EXPECT_TRUE(AddedSourcesOf({}).empty());
  EXPECT_TRUE(Added("").empty());
}

}  // namespace
}  // namespace marquee::playlist
