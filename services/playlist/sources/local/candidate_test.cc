#include "services/playlist/sources/local/candidate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace marquee::playlist {
namespace {

Candidate Make(FileRole role, const std::string& path, const std::string& slug) {
  Candidate candidate{.item = {}, .slug = slug, .path = path, .role = role, .rank = 0};
  candidate.item.title = path;
  (role == FileRole::kBackground  ? candidate.item.background_url
   : role == FileRole::kClearLogo ? candidate.item.clear_logo_url
                                  : candidate.item.poster_url) = "url:" + path;
  return candidate;
}

std::map<std::string, Item> Merge(std::vector<Candidate> candidates) {
  std::map<std::string, Item> by_key;
  for (Item& item : MergeCandidates(std::move(candidates))) by_key[item.key] = item;
  return by_key;
}

TEST(CandidateTest, MergesAPackAPosterAndABackgroundOfOneTitle) {
  const auto items = Merge({Make(FileRole::kBackground, "backgrounds/Alien.jpg", "alien"),
                            Make(FileRole::kPoster, "posters/Alien.jpg", "alien"),
                            Make(FileRole::kPack, "complete/manual/Alien.zip", "alien")});

  ASSERT_EQ(items.size(), 1U);
  const Item& item = items.at("local-alien");
  EXPECT_EQ(item.id, "local-alien");
  EXPECT_EQ(item.title, "complete/manual/Alien.zip");
  EXPECT_EQ(item.poster_url, "url:complete/manual/Alien.zip");
  EXPECT_EQ(item.background_url, "url:backgrounds/Alien.jpg");
}

TEST(CandidateTest, TheManualPackWinsOverExports) {
  const auto items = Merge({Make(FileRole::kPack, "complete/jellyfin-export/Alien.zip", "alien"),
                            Make(FileRole::kPack, "complete/plex-export/Alien.zip", "alien"),
                            Make(FileRole::kPack, "complete/manual/Alien.zip", "alien")});

  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items.at("local-alien").title, "complete/manual/Alien.zip");
}

TEST(CandidateTest, UsesThePosterAsBackgroundAndViceVersa) {
  const auto items = Merge({Make(FileRole::kPoster, "Heat.jpg", "heat"),
                            Make(FileRole::kBackground, "backgrounds/Ran.jpg", "ran")});

  EXPECT_EQ(items.at("local-heat").background_url, "url:Heat.jpg");
  EXPECT_EQ(items.at("local-ran").poster_url, "url:backgrounds/Ran.jpg");
}

TEST(CandidateTest, EqualNamesInTwoFoldersAreTwoItems) {
  const auto items =
      Merge({Make(FileRole::kPoster, "a/1.jpg", "1"), Make(FileRole::kPoster, "b/1.jpg", "1"),
             Make(FileRole::kPoster, "b/1.png", "1")});

  EXPECT_EQ(items.size(), 2U);
  EXPECT_EQ(items.at("local-1").title, "a/1.jpg");
}

TEST(CandidateTest, MergesImagesOfOneFolder) {
  std::vector<Candidate> candidates;
  for (const auto* folder : {"a", "b"}) {
    candidates.push_back(Make(FileRole::kPoster, std::string(folder) + "/poster.jpg", "1"));
    candidates.push_back(Make(FileRole::kBackground, std::string(folder) + "/fanart.jpg", "1"));
    candidates.push_back(Make(FileRole::kClearLogo, std::string(folder) + "/logo.png", "1"));
  }
  const auto items = Merge(candidates);

  ASSERT_EQ(items.size(), 2U);
  for (const auto& [key, item] : items) {
    const std::string folder = key == "local-1" ? "a" : "b";
    EXPECT_EQ(item.poster_url, "url:" + folder + "/poster.jpg");
    EXPECT_EQ(item.background_url, "url:" + folder + "/fanart.jpg");
    EXPECT_EQ(item.clear_logo_url, "url:" + folder + "/logo.png");
  }
}

TEST(CandidateTest, UsesTheMoreSpecificName) {
  auto folder = Make(FileRole::kPoster, "a/folder.jpg", "1");
  folder.rank = 2;
  EXPECT_EQ(Merge({folder, Make(FileRole::kPoster, "a/poster.jpg", "1")}).at("local-1").poster_url,
            "url:a/poster.jpg");
}

TEST(CandidateTest, AClearLogoAloneIsNotATitle) {
  EXPECT_TRUE(Merge({Make(FileRole::kClearLogo, "a/logo.png", "1")}).empty());
}

TEST(CandidateTest, DoesNotMergeTitlesWithDifferentIds) {
  auto first = Make(FileRole::kPoster, "a.jpg", "1");
  auto second = Make(FileRole::kPoster, "b.jpg", "1");
  first.item.tmdb_id = 348;
  second.item.tmdb_id = 349;
  EXPECT_EQ(Merge({first, second}).size(), 2U);
  second.item.tmdb_id = 348;
  EXPECT_EQ(Merge({first, second}).size(), 1U);
  first.item.tvdb_id = 1;
  second.item.tvdb_id = 2;
  EXPECT_EQ(Merge({first, second}).size(), 2U);
  first.item.tvdb_id = second.item.tvdb_id;
  first.item.imdb_url = "https://www.imdb.com/title/tt0078748/";
  second.item.imdb_url = "https://www.imdb.com/title/tt0078749/";
  const auto titles = Merge({first, second});
  EXPECT_EQ(titles.size(), 2U);
  EXPECT_TRUE(titles.contains("local-1-tt0078748"));
}

TEST(CandidateTest, IgnoresTheOrderOfFiles) {
  std::vector<Candidate> candidates = {
      Make(FileRole::kPoster, "a/1.jpg", "1"), Make(FileRole::kPoster, "b/1.jpg", "1"),
      Make(FileRole::kPack, "1.zip", "1"), Make(FileRole::kBackground, "backgrounds/1.jpg", "1")};
  const auto expected = Merge(candidates);

  std::ranges::reverse(candidates);

  EXPECT_EQ(Merge(candidates), expected);
  EXPECT_EQ(expected.size(), 2U);
}

}  // namespace
}  // namespace marquee::playlist
