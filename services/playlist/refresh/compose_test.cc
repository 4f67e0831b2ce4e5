#include "services/playlist/refresh/compose.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace marquee::playlist {
namespace {

std::vector<Item> Items(const std::string& source, int count) {
  std::vector<Item> items;
  for (int i = 0; i < count; ++i) {
    Item& item = items.emplace_back();
    item.key = item.id = fmt::format("{}-{}", source, i);
    item.server_name = source;
    item.title = fmt::format("Title {}", i);
  }
  return items;
}

std::vector<ItemPtr> Offer(const std::string& source, int count) {
  return ShareItems(Items(source, count), {});
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

TEST(ComposeTest, ACapLeavesEachSourceItsFairShare) {
  const auto composition =
      Compose({Offer("big", 1000), Offer("mid", 100), Offer("tiny", 5)}, {.max_items = 95}, 1);

  EXPECT_EQ(Shares(composition),
            (std::map<std::string, int>{{"big", 45}, {"mid", 45}, {"tiny", 5}}));
  EXPECT_TRUE(composition.items_capped);
  EXPECT_FALSE(composition.bytes_capped);
}

TEST(ComposeTest, UnderTheCapEverythingIsThere) {
  const auto composition = Compose({Offer("a", 10), Offer("b", 20)}, {.max_items = 30}, 1);

  EXPECT_EQ(composition.items.size(), 30U);
  EXPECT_FALSE(composition.items_capped);
}

TEST(ComposeTest, ACapByBytesHoldsAndIsFairToo) {
  const uint64_t each = Offer("a", 1).front()->bytes;

  const auto composition =
      Compose({Offer("a", 9), Offer("b", 9)}, {.max_items = 100, .max_bytes = each * 10}, 1);

  EXPECT_LE(composition.bytes, each * 10);
  EXPECT_EQ(Shares(composition), (std::map<std::string, int>{{"a", 5}, {"b", 5}}));
  EXPECT_TRUE(composition.bytes_capped);
}

TEST(ComposeTest, TheSeedDecidesOrderAndChoice) {
  const auto compose = [](uint64_t seed) {
    return Keys(Compose({Offer("a", 500)}, {.max_items = 50}, seed));
  };

  EXPECT_EQ(compose(1), compose(1));
  EXPECT_NE(compose(1), compose(2));
  const auto one = compose(1);
  const auto two = compose(2);
  EXPECT_NE(std::set(one.begin(), one.end()), std::set(two.begin(), two.end()));
  EXPECT_FALSE(std::ranges::is_sorted(one));
}

TEST(ComposeTest, TheOrderOfAnOfferDoesNotMatter) {
  auto reversed = Offer("a", 100);
  std::ranges::reverse(reversed);

  EXPECT_EQ(Keys(Compose({Offer("a", 100)}, {}, 7)), Keys(Compose({reversed}, {}, 7)));
}

TEST(ComposeTest, AKeyThatTwoSourcesHaveIsMadeUnique) {
  auto other = Items("x", 3);
  for (Item& item : other) item.server_name = "Other";

  const auto composition = Compose({Offer("x", 3), ShareItems(other, {})}, {}, 1);

  const auto keys = Keys(composition);
  EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), 6U);
  EXPECT_EQ(Shares(composition), (std::map<std::string, int>{{"Other", 3}, {"x", 3}}));
}

TEST(ComposeTest, AnUnchangedItemIsTheSameObject) {
  const auto before = Offer("a", 3);
  auto items = Items("a", 3);
  items[1].title = "changed";

  const auto after = ShareItems(items, before);

  EXPECT_EQ(after[0], before[0]);
  EXPECT_NE(after[1], before[1]);
  EXPECT_EQ(after[2], before[2]);
}

TEST(ComposeTest, ARepeatedKeyIsDropped) {
  auto items = Items("a", 2);
  items.push_back(items.front());

  EXPECT_EQ(ShareItems(items, {}).size(), 2U);
}

}  // namespace
}  // namespace marquee::playlist
