#include "services/playlist/model/seeded_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace marquee::playlist {
namespace {

std::vector<std::string> Choose(size_t limit, uint64_t seed, int first, int last, int step) {
  SeededSample sample(limit, seed);
  for (int i = first; i != last; i += step) {
    Item item;
    item.key = "k" + std::to_string(i);
    sample.Add(std::move(item));
  }
  std::vector<std::string> keys;
  for (const Item& item : sample.Take()) keys.push_back(item.key);
  return keys;
}

TEST(SeededSampleTest, KeepsEverythingBelowTheLimit) {
  EXPECT_EQ(Choose(300, 1, 0, 300, 1).size(), 300U);
}

TEST(SeededSampleTest, OneSeedIsOneChoiceInWhateverOrderItemsCome) {
  const auto forward = Choose(100, 7, 0, 1000, 1);
  const auto backward = Choose(100, 7, 999, -1, -1);

  EXPECT_EQ(forward.size(), 100U);
  EXPECT_EQ(forward, backward);
  EXPECT_NE(forward, Choose(100, 8, 0, 1000, 1));
}

TEST(SeededSampleTest, ChoosesFromTheWholeListingAlike) {
  int from_first_half = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    for (const std::string& key : Choose(100, seed, 0, 1000, 1)) {
      if (std::stoi(key.substr(1)) < 500) ++from_first_half;
    }
  }
  EXPECT_NEAR(from_first_half, 1000, 120);  // of 2,000; standard deviation about 21
}

TEST(SeededSampleTest, CountsAnItemOnce) {
  SeededSample sample(2, 1);
  for (int i = 0; i < 3; ++i) {
    Item item;
    item.key = "same";
    sample.Add(std::move(item));
  }
  EXPECT_EQ(sample.Take().size(), 1U);
  EXPECT_EQ(sample.left_out(), 0U);
}

}  // namespace
}  // namespace marquee::playlist
