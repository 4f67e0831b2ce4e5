#include "services/playlist/model/age_rating.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace marquee::playlist {
namespace {

TEST(AgeRatingTest, ParsesTheRatingSystemsOfMediaServers) {
  const std::map<std::string, int> ages = {
      {"G", 0},        {"PG", 8},        {"PG-13", 13},      {"R", 17},       {"NC-17", 18},
      {"Rated R", 17}, {"X", 18},        {"TV-Y", 0},        {"TV-Y7", 7},    {"TV-G", 0},
      {"TV-PG", 10},   {"TV-14", 14},    {"TV-MA", 17},      {"tv-ma", 17},   {"FSK 0", 0},
      {"FSK 6", 6},    {"FSK-12", 12},   {"FSK16", 16},      {"FSK 18", 18},  {"de/16", 16},
      {"DE-12", 12},   {"ab 6", 6},      {"U", 0},           {"12A", 12},     {"gb/15", 15},
      {"GB:U", 0},     {"UK:18", 18},    {"R18", 18},        {"18+", 18},     {"16", 16},
      {"au/M", 15},    {"au/MA15+", 15}, {"au/R18+", 18},    {"nz/M", 16},    {"fr/U", 0},
      {"fr/-16", 16},  {"TP", 0},        {"nl/AL", 0},       {"ca/14A", 14},  {"ca/R", 18},
      {"in/UA", 12},   {"in/A", 18},     {"in/U/A 13+", 13}, {"jp/R15+", 15}, {"kr/ALL", 0},
      {"br/L", 0},     {"us/PG-13", 13}, {"US-R", 17},       {"NR", -1},      {"Not Rated", -1},
      {"Unrated", -1}, {"", -1},         {"foo", -1},        {"1999", -1},    {" PG-13 ", 13},
  };
  for (const auto& [rating, age] : ages) EXPECT_EQ(AgeOf(rating), age) << rating;
}

TEST(AgeRatingTest, ReturnsTheStricterRatingAcrossSystems) {
  EXPECT_EQ(StricterRating("PG-13", "FSK 16"), "FSK 16");
  EXPECT_EQ(StricterRating("FSK 16", "PG-13"), "FSK 16");
  EXPECT_EQ(StricterRating("R", "FSK 16"), "R");
  EXPECT_EQ(StricterRating("TV-14", "gb/15"), "gb/15");
  EXPECT_EQ(StricterRating("Not Rated", "G"), "G") << "any age is stricter than none";
  EXPECT_EQ(StricterRating("PG", ""), "PG");
  EXPECT_EQ(StricterRating("", "PG"), "PG");
  EXPECT_EQ(StricterRating("FSK 12", "12A"), "FSK 12")
      << "equal: the rating of the preferred source";
  EXPECT_EQ(StricterRating("house rule", "Unrated"), "house rule");
}

}  // namespace
}  // namespace marquee::playlist
