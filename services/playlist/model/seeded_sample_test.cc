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
    sample.Add(std::move(item), {});
  }
  std::vector<std::string> keys;
  for (const ItemPtr& item : sample.items()) keys.push_back(item->item.key);
  return keys;
}

TEST(SeededSampleTest, KeepsEverythingBelowTheLimit) {
  EXPECT_EQ(Choose(300, 1, 0, 300, 1).size(), 300U);
}

TEST(SeededSampleTest, OneSeedGivesOneSampleInAnyOrder) {
  const auto forward = Choose(100, 7, 0, 1000, 1);
  const auto backward = Choose(100, 7, 999, -1, -1);

  EXPECT_EQ(forward.size(), 100U);
  EXPECT_EQ(forward, backward);
  EXPECT_NE(forward, Choose(100, 8, 0, 1000, 1));
}

TEST(SeededSampleTest, SamplesUniformlyFromTheWholeList) {
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
    item.title = std::to_string(i);
    sample.Add(std::move(item), {});
  }
  ASSERT_EQ(sample.items().size(), 1U);
  EXPECT_EQ(sample.items()[0]->item.title, "2") << "the last one added";
  EXPECT_EQ(sample.left_out(), 0U);
  sample.Remove("same");
  EXPECT_EQ(sample.size(), 0U);
}

SeededSample Filled(const std::string& prefix, int count) {
  SeededSample sample(1000, 1);
  for (int i = 0; i < count; ++i) {
    Item item;
    item.key = prefix + std::to_string(i);
    sample.Add(std::move(item), {});
  }
  return sample;
}

TEST(SeededSampleTest, ReusesKnownItems) {
  const SeededSample before = Filled("a", 3);
  const ItemPool known(before.items());
  SeededSample after(1000, 1);
  for (int i = 0; i < 3; ++i) {
    Item item;
    item.key = "a" + std::to_string(i);
    if (i == 2) item.title = "new";
    after.Add(std::move(item), known);
  }

  int shared = 0;
  for (const ItemPtr& item : after.items()) {
    for (const ItemPtr& old : before.items()) shared += item == old ? 1 : 0;
  }

  EXPECT_EQ(shared, 2);
}

TEST(EqualSharesTest, GivesEqualSharesAndRedistributesUnusedOnes) {
  const SeededSample large = Filled("large", 900);
  const SeededSample middle = Filled("middle", 500);
  const SeededSample small = Filled("small", 10);

  const auto items = EqualShares({large.items(), middle.items(), small.items()}, 200);

  const auto count = [&](std::string_view prefix) {
    return std::ranges::count_if(
        items, [&](const ItemPtr& item) { return item->item.key.starts_with(prefix); });
  };
  EXPECT_EQ(items.size(), 200U);
  EXPECT_EQ(count("large"), 95);
  EXPECT_EQ(count("middle"), 95);
  EXPECT_EQ(count("small"), 10);
  EXPECT_EQ(EqualShares({small.items()}, 200).size(), 10U);
  EXPECT_EQ(EqualShares({}, 200).size(), 0U);
}

TEST(BlendTest, EveryPrefixIsInProportionToTheWeights) {
  const auto blended = Blend({{Filled("recent", 100).items(), 20},
                              {Filled("popular", 100).items(), 30},
                              {Filled("other", 100).items(), 50}});

  ASSERT_EQ(blended.size(), 300U);
  for (const size_t length : {10U, 50U, 100U}) {
    const auto count = [&](std::string_view prefix) {
      return std::ranges::count_if(
          blended.begin(), blended.begin() + static_cast<std::ptrdiff_t>(length),
          [&](const ItemPtr& item) { return item->item.key.starts_with(prefix); });
    };
    EXPECT_NEAR(count("recent"), 0.2 * length, 1);
    EXPECT_NEAR(count("popular"), 0.3 * length, 1);
    EXPECT_NEAR(count("other"), 0.5 * length, 1);
  }
}

TEST(BlendTest, FillsUpFromOtherLists) {
  const auto blended = Blend({{Filled("recent", 2).items(), 90},
                              {Filled("other", 8).items(), 10},
                              {Filled("last", 3).items(), 0}});

  ASSERT_EQ(blended.size(), 13U);
  for (size_t i = 10; i < 13; ++i) EXPECT_TRUE(blended[i]->item.key.starts_with("last"));
}

}  // namespace
}  // namespace marquee::playlist
