#include "services/playlist/refresh/placeholder_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

Placeholder LookOf(const std::string& text) {
  return {.thumb_hash = text, .dominant_color = "#102030"};
}

ItemPtr ItemWithPoster(const std::string& poster_url) {
  Item item;
  item.key = item.id = "key of " + poster_url;
  item.poster_url = poster_url;
  return MakePlaylistItem(std::move(item));
}

class PlaceholderTableTest : public ::testing::Test {
 protected:
  // Completes and publishes the items, as the Publisher does.
  std::vector<ItemPtr> Publish(std::vector<ItemPtr> items) {
    for (ItemPtr& item : items) item = table_.Complete(item);
    table_.Published(items);
    return items;
  }
  void PublishPosters(int count) {
    std::vector<ItemPtr> items;
    for (int i = 0; i < count; ++i) items.push_back(ItemWithPoster(fmt::format("/{}", i)));
    Publish(std::move(items));
  }
  void TakeFrom(int first, int count) {
    for (int i = first; i < first + count; ++i) table_.Take(fmt::format("/{}", i), LookOf("look"));
  }
  bool worth_a_version() const { return table_.due() != absl::InfiniteDuration(); }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  PlaceholderTable table_{{}, clock_, metrics_};
};

TEST_F(PlaceholderTableTest, AddsTheKnownPlaceholderToAnItem) {
  const ItemPtr alien = ItemWithPoster("/alien");
  const ItemPtr other = ItemWithPoster("/other");
  Publish({alien, other});

  table_.Take("/alien", LookOf("green"));

  const ItemPtr completed = table_.Complete(alien);
  EXPECT_EQ(completed->item.placeholder, LookOf("green"));
  EXPECT_NE(completed->hash, alien->hash) << "the changed hash makes displays update";
  EXPECT_EQ(table_.Complete(other), other);
  EXPECT_EQ(table_.Complete(completed), completed) << "nothing to add";
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_playlist_placeholders 1"));
}

TEST_F(PlaceholderTableTest, DropsPlaceholdersOfImagesThatAreNotPosters) {
  Publish({ItemWithPoster("/alien")});

  table_.Take("/backdrop", LookOf("wide"));

  EXPECT_EQ(table_.Complete(ItemWithPoster("/backdrop"))->item.placeholder, std::nullopt);
  EXPECT_FALSE(worth_a_version());
}

TEST_F(PlaceholderTableTest, ForgetsPostersThatLeaveThePlaylist) {
  Publish({ItemWithPoster("/alien")});
  table_.Take("/alien", LookOf("green"));

  Publish({ItemWithPoster("/other")});
  Publish({ItemWithPoster("/alien")});

  EXPECT_EQ(table_.Complete(ItemWithPoster("/alien"))->item.placeholder, std::nullopt);
}

TEST_F(PlaceholderTableTest, LearnsPlaceholdersOfStoredItems) {
  Item stored;
  stored.key = "k";
  stored.poster_url = "/alien";
  stored.placeholder = LookOf("green");

  Publish({MakePlaylistItem(std::move(stored))});

  EXPECT_EQ(table_.Complete(ItemWithPoster("/alien"))->item.placeholder, LookOf("green"));
}

TEST_F(PlaceholderTableTest, CountsPlaceholdersAddedDuringPublishingForTheNextVersion) {
  const ItemPtr alien = ItemWithPoster("/alien");
  Publish({alien});
  table_.Take("/alien", LookOf("green"));

  table_.Published({alien});  // composed before the placeholder arrived

  EXPECT_EQ(table_.Complete(alien)->item.placeholder, LookOf("green"));
  EXPECT_TRUE(worth_a_version());
}

TEST_F(PlaceholderTableTest, AFewPlaceholdersJustifyAVersionOnlyIfNoneIsMissing) {
  PublishPosters(13);
  EXPECT_FALSE(worth_a_version());
  TakeFrom(0, 9);
  EXPECT_FALSE(worth_a_version());

  TakeFrom(9, 1);

  EXPECT_EQ(table_.due(), clock_.Monotonic() + absl::Minutes(1));
  PublishPosters(13);
  TakeFrom(10, 2);
  EXPECT_FALSE(worth_a_version());
  TakeFrom(12, 1);
  EXPECT_TRUE(worth_a_version()) << "all placeholders are known";
}

TEST_F(PlaceholderTableTest, RequiresMoreNewPlaceholdersTheMoreAreKnown) {
  PublishPosters(1000);
  TakeFrom(0, 400);
  PublishPosters(1000);
  TakeFrom(400, 49);
  EXPECT_FALSE(worth_a_version());

  TakeFrom(449, 1);

  EXPECT_TRUE(worth_a_version());
}

TEST_F(PlaceholderTableTest, AChangedPlaceholderOfAnAddressCountsAsNew) {
  Publish({ItemWithPoster("/alien")});
  table_.Take("/alien", LookOf("green"));
  Publish({ItemWithPoster("/alien")});
  EXPECT_FALSE(worth_a_version());
  table_.Take("/alien", LookOf("green"));
  EXPECT_FALSE(worth_a_version()) << "it equals the published one";

  table_.Take("/alien", LookOf("blue"));

  EXPECT_TRUE(worth_a_version());
}

}  // namespace
}  // namespace marquee::playlist
