#include "services/playlist/refresh/compose.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace marquee::playlist {
namespace {

std::vector<Item> Items(const std::string& source, int count, const std::string& library = "") {
  std::vector<Item> items;
  for (int i = 0; i < count; ++i) {
    Item& item = items.emplace_back();
    item.key = item.id = fmt::format("{}{}-{}", source, library, i);
    item.server_name = source;
    item.library = library;
    item.title = fmt::format("Title {}", i);
  }
  return items;
}

std::vector<ItemPtr> Shared(const std::vector<Item>& items) {
  std::vector<ItemPtr> shared;
  for (const Item& item : items) shared.push_back(MakePlaylistItem(item));
  return shared;
}

Offer Of(const std::string& source, int count, double weight = 1) {
  return {.items = Shared(Items(source, count)), .weight = weight};
}

std::map<std::string, int> Shares(const Composition& composition) {
  std::map<std::string, int> shares;
  for (const auto& item : composition.items) ++shares[item->item.server_name];
  return shares;
}

std::vector<std::string> Keys(const Composition& composition) {
  std::vector<std::string> keys;
  for (const auto& item : composition.items) keys.push_back(item->item.key);
  return keys;
}

TEST(ComposeTest, ACapGivesEachSourceAFairShare) {
  const auto composition =
      Compose({Of("big", 1000), Of("mid", 100), Of("tiny", 5)}, {.max_items = 95}, 1);

  EXPECT_EQ(Shares(composition),
            (std::map<std::string, int>{{"big", 45}, {"mid", 45}, {"tiny", 5}}));
  EXPECT_TRUE(composition.items_capped);
  EXPECT_FALSE(composition.bytes_capped);
}

TEST(ComposeTest, AWeightGivesALargerShare) {
  const auto composition = Compose({Of("a", 100, 3), Of("b", 100)}, {.max_items = 40}, 1);

  EXPECT_EQ(Shares(composition), (std::map<std::string, int>{{"a", 30}, {"b", 10}}));
}

TEST(ComposeTest, EachLibraryOfASourceGetsAnEqualShare) {
  Offer offer;
  for (const auto& [library, count] : {std::pair{"Films", 900}, {"Classics", 80}, {"Shorts", 5}}) {
    std::ranges::move(Shared(Items("a", count, library)), std::back_inserter(offer.items));
  }

  const auto composition = Compose({std::move(offer), Of("b", 500)}, {.max_items = 100}, 1);

  std::map<std::string, int> libraries;
  for (const auto& item : composition.items) ++libraries[item->item.library];
  EXPECT_EQ(libraries,
            (std::map<std::string, int>{{"", 50}, {"Films", 23}, {"Classics", 22}, {"Shorts", 5}}));
}

TEST(ComposeTest, SharesFiveThousandItemsAmongLibrariesOfDifferentSizes) {
  const std::map<std::string, int> sizes = {
      {"Films", 60'000}, {"Series", 6'000}, {"Classics", 900}, {"Shorts", 40}};
  std::vector<Offer> offers(2);
  for (const auto& [library, count] : sizes) {
    std::ranges::move(Shared(Items("a", count, library)), std::back_inserter(offers[0].items));
    std::ranges::move(Shared(Items("b", count / 20, library)), std::back_inserter(offers[1].items));
  }

  const auto composition = Compose(std::move(offers), {.max_items = 5'000}, 1);

  // b has 3,347 titles in all. Of its half: 45 and 2 completely, and the rest split between the two
  // large libraries.
  std::map<std::string, int> shares;
  for (const auto& item : composition.items) {
    ++shares[item->item.server_name + " " + item->item.library];
  }
  EXPECT_EQ(shares["a Shorts"], 40);
  EXPECT_EQ(shares["a Classics"], 820);
  EXPECT_EQ(shares["a Series"], 820);
  EXPECT_EQ(shares["a Films"], 820);
  EXPECT_EQ(shares["b Shorts"], 2);
  EXPECT_EQ(shares["b Classics"], 45);
  EXPECT_EQ(shares["b Series"], 300);
  EXPECT_EQ(shares["b Films"], 2'153);
}

TEST(ComposeTest, KeepsAllItemsBelowTheCap) {
  const auto composition = Compose({Of("a", 10), Of("b", 20)}, {.max_items = 30}, 1);

  EXPECT_EQ(composition.items.size(), 30U);
  EXPECT_FALSE(composition.items_capped);
}

TEST(ComposeTest, AByteCapHoldsAndIsFair) {
  const uint64_t each = Of("a", 1).items.front()->bytes;

  const auto composition =
      Compose({Of("a", 9), Of("b", 9)}, {.max_items = 100, .max_bytes = each * 10}, 1);

  EXPECT_LE(composition.bytes, each * 10);
  EXPECT_EQ(Shares(composition), (std::map<std::string, int>{{"a", 5}, {"b", 5}}));
  EXPECT_TRUE(composition.bytes_capped);
}

TEST(ComposeTest, TheSeedDeterminesOrderAndSelection) {
  const auto compose = [](uint64_t seed) {
    return Keys(Compose({Of("a", 500)}, {.max_items = 50}, seed));
  };

  EXPECT_EQ(compose(1), compose(1));
  EXPECT_NE(compose(1), compose(2));
  const auto one = compose(1);
  const auto two = compose(2);
  EXPECT_NE(std::set(one.begin(), one.end()), std::set(two.begin(), two.end()));
  EXPECT_FALSE(std::ranges::is_sorted(one));
}

TEST(ComposeTest, IgnoresTheOrderOfAnOffer) {
  auto reversed = Of("a", 100);
  std::ranges::reverse(reversed.items);

  EXPECT_EQ(Keys(Compose({Of("a", 100)}, {}, 7)), Keys(Compose({reversed}, {}, 7)));
}

TEST(ComposeTest, MakesKeysOfTwoSourcesUnique) {
  auto other = Items("x", 3);
  for (Item& item : other) item.server_name = "Other";

  const auto composition = Compose({Of("x", 3), {.items = Shared(other)}}, {}, 1);

  const auto keys = Keys(composition);
  EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), 6U);
  EXPECT_EQ(Shares(composition), (std::map<std::string, int>{{"Other", 3}, {"x", 3}}));
}

TEST(ComposeTest, ReusesUnchangedItems) {
  const auto before = Shared(Items("a", 3));
  auto items = Items("a", 3);
  items[1].title = "changed";

  const auto after = ShareItems(Shared(items), before);

  EXPECT_EQ(after[0], before[0]);
  EXPECT_NE(after[1], before[1]);
  EXPECT_EQ(after[2], before[2]);
}

TEST(ComposeTest, DropsRepeatedKeys) {
  auto items = Items("a", 2);
  items.push_back(items.front());

  EXPECT_EQ(ShareItems(Shared(items), {}).size(), 2U);
}

}  // namespace
}  // namespace marquee::playlist
