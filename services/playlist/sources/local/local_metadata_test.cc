#include "services/playlist/sources/local/local_metadata.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

TEST(LocalMetadataTest, ParsesExportedMetadata) {
  const auto metadata = ParsePackMetadata(R"({
      "title": "Alien", "year": 1979, "tagline": "In space…", "overview": "A crew…",
      "rating": 8.5, "contentRating": "R", "genres": ["Horror", {"tag": "Sci-Fi"}],
      "imdbUrl": "https://www.imdb.com/title/tt0078748/", "runtimeMs": 7020000,
      "rottenTomatoes": {"score": 93, "icon": "certified-fresh", "originalScore": 9.3},
      "sourceId": 4711, "type": "movie", "studios": ["Brandywine"], "filePaths": ["/secret"]})");

  ASSERT_TRUE(metadata.ok());
  const Item& item = metadata->item;
  EXPECT_EQ(item.title, "Alien");
  EXPECT_EQ(item.year, 1979);
  EXPECT_EQ(item.rating, 8.5);
  EXPECT_EQ(item.content_rating, "R");
  EXPECT_EQ(item.genres, (std::vector<std::string>{"Horror", "Sci-Fi"}));
  EXPECT_EQ(item.imdb_url, "https://www.imdb.com/title/tt0078748/");
  EXPECT_EQ(item.runtime_minutes, 117);
  EXPECT_EQ(item.rotten_tomatoes,
            (RottenTomatoes{.score = 93, .icon = "certified-fresh", .original_score = 9.3}));
  EXPECT_EQ(metadata->source_id, "4711");
  EXPECT_EQ(item.type, "movie");
}

TEST(LocalMetadataTest, UsesTheRottenTomatoesScoreWithoutAnotherRating) {
  EXPECT_EQ(
      ParsePackMetadata(R"({"rottenTomatoes":{"score":93,"originalScore":8.1}})")->item.rating,
      8.1);
  EXPECT_EQ(ParsePackMetadata(R"({"rottenTomatoes":{"score":93}})")->item.rating, 9.3);
}

TEST(LocalMetadataTest, IgnoresFieldsOfTheWrongType) {
  const auto metadata = ParsePackMetadata(R"json(
         {"title":["x"],"year":"1979","rating":"high","genres":{"a":1},"runtime":-5,
          "imdbUrl":"javascript:alert(1)","rottenTomatoes":true,"type":"virus"})json");

  ASSERT_TRUE(metadata.ok());
  Item expected;
  expected.year = 1979;  // a number as text is accepted
  EXPECT_EQ(metadata->item, expected);
}

TEST(LocalMetadataTest, RejectsNonObjects) {
  for (const auto* json : {"", "[]", "{\"a\":", "42", "\xFF\xD8\xFF"}) {
    EXPECT_EQ(ParsePackMetadata(json).status().code(), absl::StatusCode::kFailedPrecondition);
  }
  EXPECT_FALSE(ParsePackMetadata(std::string(100'000, '[')).ok());
}

TEST(LocalMetadataTest, ParsesASidecar) {
  const auto metadata = ParseSidecar(
      R"({"originalTitle":"alien_1979.jpg","cleanTitle":"Alien","year":1979,"genre":["Horror"]})");

  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->item.title, "Alien");
  EXPECT_EQ(metadata->item.year, 1979);
  EXPECT_EQ(metadata->item.genres, std::vector<std::string>{"Horror"});
}

TEST(LocalMetadataTest, ParsesFilesOfWindowsEditors) {
  const std::string json = R"({"title":"Alien","year":1979})";
  std::string utf16 = "\xFF\xFE";
  for (const char c : json) utf16 += {c, '\0'};
  for (const std::string& text : {"\xEF\xBB\xBF" + json, utf16, json + "\r\n"}) {
    const auto pack = ParsePackMetadata(text);
    ASSERT_TRUE(pack.ok());
    EXPECT_EQ(pack->item.title, "Alien");
    EXPECT_EQ(ParseSidecar(text)->item.year, 1979);
  }
  EXPECT_EQ(ParseSidecar("{\"title\":\"Am\xE9lie\"}")->item.title, "Am\xC3\xA9lie") << "ANSI";
}

TEST(LocalMetadataTest, FillAbsentKeepsExistingValues) {
  Item item;
  item.title = "Alien";
  Item other;
  other.title = "Other";
  other.year = 1979;

  FillAbsent(other, &item);

  EXPECT_EQ(item.title, "Alien");
  EXPECT_EQ(item.year, 1979);
}

}  // namespace
}  // namespace marquee::playlist
