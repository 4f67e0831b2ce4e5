#include "services/playlist/sources/local/candidate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace marquee::playlist {
namespace {

Candidate Make(FileRole role, const std::string& path, const std::string& slug) {
  Candidate candidate{.item = {}, .slug = slug, .path = path, .role = role};
  candidate.item.title = path;
  (role == FileRole::kBackground ? candidate.item.background_url : candidate.item.poster_url) =
      "url:" + path;
  return candidate;
}

std::map<std::string, Item> Merge(std::vector<Candidate> candidates) {
  std::map<std::string, Item> by_key;
  for (Item& item : MergeCandidates(std::move(candidates))) by_key[item.key] = item;
  return by_key;
}

TEST(CandidateTest, APackAPosterAndABackgroundOfOneTitleAreOneItem) {
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

TEST(CandidateTest, APosterAloneIsItsOwnBackgroundAndTheOtherWayRound) {
  const auto items = Merge({Make(FileRole::kPoster, "Heat.jpg", "heat"),
                            Make(FileRole::kBackground, "backgrounds/Ran.jpg", "ran")});

  EXPECT_EQ(items.at("local-heat").background_url, "url:Heat.jpg");
  EXPECT_EQ(items.at("local-ran").poster_url, "url:backgrounds/Ran.jpg");
}

TEST(CandidateTest, FilesOfOneNameInTwoFoldersAreTwoItems) {
  const auto items =
      Merge({Make(FileRole::kPoster, "a/1.jpg", "1"), Make(FileRole::kPoster, "b/1.jpg", "1"),
             Make(FileRole::kPoster, "b/1.png", "1")});

  EXPECT_EQ(items.size(), 2U);
  EXPECT_EQ(items.at("local-1").title, "a/1.jpg");
}

TEST(CandidateTest, TheOrderOfFilesDoesNotMatter) {
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
