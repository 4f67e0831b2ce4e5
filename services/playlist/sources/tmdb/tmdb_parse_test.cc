#include "services/playlist/sources/tmdb/tmdb_parse.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "services/playlist/sources/recorded_answers.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::optional<Item>> Read(const std::string& file, std::string_view kind) {
  const auto genres = ParseTmdbGenres(Recorded("tmdb/genres_movie.json"));
  EXPECT_TRUE(genres.ok()) << genres.status();
  std::vector<std::optional<Item>> items;
  JsonReader reader;
  ListSplitter splitter(kTmdbListing, [&](std::string& text) {
    return reader.Parse(text, [&](ondemand::value value) {
      return ParseTmdbEntry(value, "TMDB", kind, *genres, &items.emplace_back());
    });
  });
  EXPECT_TRUE(splitter.Feed(Recorded(file)).ok());
  EXPECT_TRUE(splitter.Finish().ok());
  return items;
}

TEST(TmdbParseTest, MapsAFilmFieldByField) {
  const auto items = Read("tmdb/movie_popular.json", "movie");

  ASSERT_EQ(items.size(), 4U);
  ASSERT_TRUE(items[0].has_value());
  const Item& item = *items[0];
  EXPECT_EQ(item.key, "tmdb-movie-765432");
  EXPECT_EQ(item.id, item.key);
  EXPECT_EQ(item.source, "tmdb");
  EXPECT_EQ(item.server_name, "TMDB");
  EXPECT_EQ(item.type, "movie");
  EXPECT_EQ(item.title, "The Long Tide");
  EXPECT_EQ(item.original_title, "Die lange Flut");
  EXPECT_EQ(item.year, 2019);
  EXPECT_EQ(item.release_date, "2019-03-08");
  EXPECT_EQ(item.rating, 7.842);
  EXPECT_EQ(item.tmdb_id, 765432);
  EXPECT_EQ(item.tagline, "") << "an overview is not a tagline";
  EXPECT_EQ(item.overview, "A lighthouse keeper counts the ships.");
  EXPECT_THAT(item.genres, ElementsAre("Drama", "Thriller"));
  EXPECT_EQ(item.poster_url,
            "/image?server=TMDB&path=%2Ft%2Fp%2Fw500%2FpTide123.jpg&v=pTide123.jpg");
  EXPECT_EQ(item.background_url,
            "/image?server=TMDB&path=%2Ft%2Fp%2Foriginal%2FbTide123.jpg&v=bTide123.jpg");
}

TEST(TmdbParseTest, SkipsTitlesWithoutAPosterAtTmdb) {
  const auto items = Read("tmdb/movie_popular.json", "movie");

  EXPECT_FALSE(items[1].has_value());
  EXPECT_FALSE(items[2].has_value());
  ASSERT_TRUE(items[3].has_value());
  EXPECT_EQ(items[3]->year, std::nullopt);
  EXPECT_EQ(items[3]->rating, std::nullopt);
  EXPECT_THAT(items[3]->genres, IsEmpty());
  EXPECT_EQ(items[3]->background_url, "");
}

TEST(TmdbParseTest, AFilmAndASeriesWithOneIdAreTwoTitles) {
  const auto series = Read("tmdb/tv_popular.json", "show");

  EXPECT_EQ(series.at(0)->key, "tmdb-tv-765432");
  EXPECT_EQ(series.at(0)->type, "show");
  EXPECT_EQ(series.at(0)->title, "Harbour Lane");
  EXPECT_EQ(series.at(0)->original_title, "");
  EXPECT_EQ(series.at(0)->rating, std::nullopt) << "no votes";
}

TEST(TmdbParseTest, AcceptsAllFormsOfImagePaths) {
  for (const char* poster :
       {"/p.jpg", "p.jpg", "//p.jpg", "https://image.tmdb.org/t/p/original/p.jpg?x=1",
        "//image.tmdb.org/t/p/w92/p.jpg"}) {
    std::optional<Item> item;
    JsonReader reader;
    std::string text =
        fmt::format(R"({{"id":"7","title":1917,"vote_average":"8.1","poster_path":"{}"}})", poster);
    ASSERT_TRUE(reader
                    .Parse(text,
                           [&](ondemand::value value) {
                             return ParseTmdbEntry(value, "TMDB", "movie", {}, &item);
                           })
                    .ok());
    ASSERT_TRUE(item.has_value()) << poster;
    EXPECT_EQ(item->poster_url, "/image?server=TMDB&path=%2Ft%2Fp%2Fw500%2Fp.jpg&v=p.jpg")
        << poster;
    EXPECT_EQ(item->title, "1917");
    EXPECT_EQ(item->rating, 8.1);
    EXPECT_EQ(item->tmdb_id, 7);
  }
}

}  // namespace
}  // namespace marquee::playlist
