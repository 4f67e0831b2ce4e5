#include "services/playlist/model/filters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

Item Movie() {
  Item item;
  item.type = "movie";
  item.title = "Alien";
  item.year = 1979;
  item.genres = {"Horror", "Science Fiction"};
  item.content_rating = "R";
  item.quality_label = "4K";
  item.rating = 8.1;
  item.rotten_tomatoes =
      RottenTomatoes{.score = 93, .icon = "certified-fresh", .original_score = 9.3};
  item.added_at_ms = absl::ToUnixMillis(kNow - absl::Hours(24 * 10));
  return item;
}

TEST(FiltersTest, AnEmptyFilterPassesAllItems) {
  EXPECT_TRUE(Passes({}, Movie(), kNow));
  EXPECT_TRUE(Passes({}, Item(), kNow));
}

TEST(FiltersTest, FiltersByYearRangesAndRejectsItemsWithoutAYear) {
  Item unknown = Movie();
  unknown.year.reset();

  EXPECT_TRUE(Passes({.years = ParseYears("1970-1979, 2001")}, Movie(), kNow));
  EXPECT_FALSE(Passes({.years = ParseYears("1980-1989")}, Movie(), kNow));
  EXPECT_TRUE(Passes({.years = YearsSince(1979)}, Movie(), kNow));
  EXPECT_FALSE(Passes({.years = YearsSince(1980)}, Movie(), kNow));
  EXPECT_FALSE(Passes({.years = YearsSince(1900)}, unknown, kNow));
}

TEST(FiltersTest, IgnoresUnparsableYears) {
  EXPECT_THAT(ParseYears(""), IsEmpty());
  EXPECT_THAT(ParseYears("soon, 1066, 2010-2000, 99999, 20x0"), IsEmpty());
  EXPECT_THAT(ParseYears("soon, 1999 , 2001 - 2003"),
              ElementsAre(YearRange{1999, 1999}, YearRange{2001, 2003}));
  EXPECT_THAT(YearsSince(5), IsEmpty());
}

TEST(FiltersTest, MatchesGenresAsSubstringsIgnoringCase) {
  Item none = Movie();
  none.genres.clear();

  EXPECT_TRUE(Passes({.genres = ParseGenres("Comedy, science")}, Movie(), kNow));
  EXPECT_FALSE(Passes({.genres = ParseGenres("comedy")}, Movie(), kNow));
  EXPECT_FALSE(Passes({.genres = ParseGenres("horror")}, none, kNow));
  EXPECT_THAT(ParseGenres(" , ,"), IsEmpty());
}

TEST(FiltersTest, MatchesContentRatingsExactlyAndPassesUnratedItems) {
  Item unrated = Movie();
  unrated.content_rating.clear();
  const ItemFilter filter{.content_ratings = ParseContentRatings({"pg", "r"})};

  EXPECT_TRUE(Passes(filter, Movie(), kNow));
  EXPECT_TRUE(Passes(filter, unrated, kNow));
  EXPECT_FALSE(Passes({.content_ratings = ParseContentRatings({"PG"})}, Movie(), kNow));
  EXPECT_THAT(ParseContentRatings({"", " "}), IsEmpty()) << "an empty list filters nothing";
}

TEST(FiltersTest, FiltersQualityOfMoviesOnly) {
  Item show = Movie();
  show.type = "show";
  show.quality_label.clear();
  Item unknown = Movie();
  unknown.quality_label.clear();

  EXPECT_TRUE(Passes({.qualities = ParseQualities("1080p, uhd")}, Movie(), kNow));
  EXPECT_FALSE(Passes({.qualities = ParseQualities("1080")}, Movie(), kNow));
  EXPECT_TRUE(Passes({.qualities = ParseQualities("SD")}, show, kNow));
  EXPECT_FALSE(Passes({.qualities = ParseQualities("SD")}, unknown, kNow));
  EXPECT_THAT(ParseQualities("best"), IsEmpty());
}

TEST(FiltersTest, FiltersByDateAddedAndRejectsItemsWithoutOne) {
  Item undated = Movie();
  undated.added_at_ms.reset();

  EXPECT_TRUE(Passes({.added_within = absl::Hours(24 * 11)}, Movie(), kNow));
  EXPECT_FALSE(Passes({.added_within = absl::Hours(24 * 9)}, Movie(), kNow));
  EXPECT_FALSE(Passes({.added_within = absl::Hours(24 * 9999)}, undated, kNow));
}

TEST(FiltersTest, ComparesScoresOnAScaleOf10) {
  Item unscored = Movie();
  unscored.rotten_tomatoes.reset();
  unscored.rating.reset();
  Item percent_only = Movie();
  percent_only.rotten_tomatoes = RottenTomatoes{.score = 50, .icon = "", .original_score = {}};

  EXPECT_TRUE(Passes({.min_rotten_tomatoes = 9}, Movie(), kNow));
  EXPECT_FALSE(Passes({.min_rotten_tomatoes = 9.5}, Movie(), kNow));
  EXPECT_FALSE(Passes({.min_rotten_tomatoes = 6}, percent_only, kNow));
  EXPECT_TRUE(Passes({.min_rotten_tomatoes = 9.5}, unscored, kNow));
  EXPECT_TRUE(Passes({.min_rating = 8}, Movie(), kNow));
  EXPECT_FALSE(Passes({.min_rating = 8.5}, Movie(), kNow));
  EXPECT_TRUE(Passes({.min_rating = 8.5}, unscored, kNow));
}

}  // namespace
}  // namespace marquee::playlist
