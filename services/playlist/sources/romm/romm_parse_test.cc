#include "services/playlist/sources/romm/romm_parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/playlist/sources/recorded_answers.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<RommEntry> Read(const std::string& file) {
  std::vector<RommEntry> entries;
  JsonReader reader;
  ListSplitter splitter(kRommListing, [&](std::string& text) {
    return reader.Parse(text, [&](ondemand::value value) {
      return ParseRommEntry(value, "Arcade", "Super Nintendo", &entries.emplace_back());
    });
  });
  EXPECT_TRUE(splitter.Feed(Recorded(file)).ok());
  EXPECT_TRUE(splitter.Finish().ok());
  return entries;
}

TEST(RommParseTest, ParsesPlatforms) {
  const auto platforms = ParseRommPlatforms(Recorded("romm/platforms.json"));

  ASSERT_TRUE(platforms.ok()) << platforms.status();
  ASSERT_EQ(platforms->size(), 2U);
  EXPECT_EQ(platforms->at(0).id, 3);
  EXPECT_EQ(platforms->at(0).name, "Super Nintendo");
  EXPECT_EQ(platforms->at(0).roms, 412);
  EXPECT_EQ(platforms->at(0).stamp, "2025-06-01T10:00:00+00:00/412");
  EXPECT_EQ(platforms->at(1).name, "Game Boy");
  EXPECT_EQ(platforms->at(1).stamp, "") << "a platform without it is read each time";
}

TEST(RommParseTest, MapsAGameFieldByField) {
  const auto entries = Read("romm/roms.json");

  ASSERT_EQ(entries.size(), 5U);
  ASSERT_TRUE(entries[0].item.has_value());
  const Item& item = *entries[0].item;
  EXPECT_EQ(item.key, "romm_Arcade_71");
  EXPECT_EQ(item.source, "romm");
  EXPECT_EQ(item.type, "game");
  EXPECT_EQ(item.title, "Ferry Quest");
  EXPECT_EQ(item.platform, "Super Nintendo");
  EXPECT_EQ(item.year, 1996);
  EXPECT_EQ(item.rating, 8.85);
  EXPECT_EQ(item.content_rating, "E");
  EXPECT_THAT(item.genres, ElementsAre("Platform", "Adventure"));
  EXPECT_EQ(item.overview, "Carry the lantern across.");
  EXPECT_EQ(
      item.poster_url,
      "/image?server=Arcade&path=%2Fassets%2Fromm%2Fresources%2Froms%2F3%2F71%2Fcover%2Fbig.png"
      "&v=2025-06-01T10%3A00%3A00%2B00%3A00");
  EXPECT_TRUE(entries[0].identified);
}

TEST(RommParseTest, PrefersCoversOfTheServerAndSkipsGamesWithoutOne) {
  const auto entries = Read("romm/roms.json");

  ASSERT_TRUE(entries[1].item.has_value());
  EXPECT_EQ(entries[1].item->title, "Unknown Cart");
  EXPECT_EQ(entries[1].item->poster_url, "/image?url=https%3A%2F%2Fimages.igdb.com%2Fx.jpg");
  EXPECT_EQ(entries[1].item->year, 1996) << "a date in milliseconds";
  EXPECT_FALSE(entries[1].identified);
  EXPECT_FALSE(entries[2].item.has_value());
  ASSERT_TRUE(entries[3].item.has_value());
  EXPECT_THAT(entries[3].item->poster_url,
              HasSubstr("%2Fassets%2Fromm%2Fresources%2Froms%2F3%2F74%2Fcover%2Fsmall.png"));
  EXPECT_FALSE(entries[4].item.has_value()) << "a path with .., a path of Marquee";
}

TEST(RommParseTest, ParsesResponsesOfOlderReleases) {
  const auto entries = Read("romm/roms_bare.json");

  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].item->title, "Old Release");
}

TEST(RommParseTest, ParsesATokenWithItsLifetime) {
  const auto token = ParseRommToken(R"({"access_token":"a","refresh_token":"r","expires":900})");
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(token->access, "a");
  EXPECT_EQ(token->lasts, absl::Minutes(15));
  EXPECT_FALSE(ParseRommToken("{}").ok());
}

}  // namespace
}  // namespace marquee::playlist
