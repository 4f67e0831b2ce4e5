#include "services/playlist/refresh/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "services/playlist/refresh/merge_fixture.h"

namespace marquee::playlist {
namespace {

MergeOffer A(const std::vector<EntryOf>& entries, bool merge = true) {
  return {.source = "A", .items = EntriesOf(entries), .merge = merge};
}
MergeOffer B(const std::vector<EntryOf>& entries, bool merge = true) {
  return {.source = "B", .items = EntriesOf(entries), .merge = merge};
}

const EntryOf kAtA{"A", "plex-A-1", "Alien", 1979, 78748};
const EntryOf kAtB{"B", "jellyfin_9", "Alien", 1979, 78748, 348};

std::vector<std::string> KeysOf(const std::vector<ItemPtr>& items) {
  std::vector<std::string> keys;
  for (const ItemPtr& item : items) keys.push_back(item->item.key);
  std::ranges::sort(keys);
  return keys;
}

TEST(MergeTest, AMergedTitleListsItsCopiesAndHasTheKeyOfThePreferredSource) {
  const auto titles = MergeTitles({A({kAtA}), B({kAtB})}, {});

  ASSERT_EQ(titles[0].size(), 1U);
  EXPECT_TRUE(titles[1].empty());
  const Item& title = titles[0][0]->item;
  EXPECT_EQ(title.key, "plex-A-1");
  EXPECT_EQ(title.tmdb_id, 348);
  ASSERT_EQ(title.copies.size(), 2U);
  EXPECT_EQ(title.copies[1],
            (Copy{.server_name = "B", .library = "B's films", .key = "jellyfin_9"}));
  EXPECT_EQ(titles[0][0]->parts.size(), 2U);

  EXPECT_EQ(KeysOf(Merged({B({kAtB}), A({kAtA})})), std::vector<std::string>{"jellyfin_9"});
}

TEST(MergeTest, MergesALocalImageOfUnknownTypeWithAFilm) {
  const EntryOf local{"B", "local-alien-1979", "Alien", 1979, 0, 0, 0, ""};

  const auto last = Merged({A({kAtA}), B({local})});
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0]->item.key, "plex-A-1");
  EXPECT_EQ(last[0]->item.copies.size(), 2U);

  // The folder is preferred: its image and key, and the type of the other entry.
  const std::vector<MergeOffer> offers{B({local}), A({kAtA})};
  const auto first = Merged(offers);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0]->item.key, "local-alien-1979");
  EXPECT_EQ(first[0]->item.type, "movie");
  EXPECT_EQ(first[0]->item.poster_url, ItemOf(local).poster_url);
  EXPECT_EQ(Merged(offers, first), first) << "nothing has changed";
}

TEST(MergeTest, KeepsTheKeyWhenALocalImageIsAddedOrRemoved) {
  const EntryOf local{"B", "local-alien-1979", "Alien", 1979, 0, 0, 0, ""};
  const auto alone = Merged({A({}), B({local})});
  const auto joined = Merged({A({kAtA}), B({local})}, alone);
  EXPECT_EQ(KeysOf(joined), std::vector<std::string>{"plex-A-1"});

  const auto left = Merged({A({}), B({local})}, joined);

  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0]->item.key, "plex-A-1");
}

TEST(MergeTest, MergesLocalImagesOfTwoFolders) {
  const EntryOf at_a{"A", "local-a-alien", "Alien", 1979, 0, 0, 0, ""};
  const EntryOf at_b{"B", "local-b-alien", "Alien", 1979, 0, 348, 0, ""};
  const std::vector<MergeOffer> offers{A({at_a}), B({at_b})};

  const auto titles = Merged(offers);

  ASSERT_EQ(titles.size(), 1U);
  EXPECT_EQ(titles[0]->item.key, "local-a-alien");
  EXPECT_EQ(titles[0]->item.type, "");
  EXPECT_EQ(titles[0]->item.tmdb_id, 348);
  EXPECT_EQ(titles[0]->item.copies.size(), 2U);
  EXPECT_EQ(Merged(offers, titles), titles) << "nothing has changed";
  EXPECT_EQ(KeysOf(Merged({A({}), B({at_b})}, titles)), std::vector<std::string>{"local-a-alien"})
      << "the first folder is empty";
  EXPECT_EQ(Merged({A({at_a}), B({at_b}, false)}).size(), 2U) << "merging is off";

  // A film of a server joins both and leaves.
  const MergeOffer server{.source = "C", .items = EntriesOf({{"C", "plex", "Alien", 1979}})};
  const auto three = Merged({A({at_a}), B({at_b}), server}, titles);
  ASSERT_EQ(three.size(), 1U);
  EXPECT_EQ(three[0]->item.type, "movie");
  EXPECT_EQ(three[0]->item.copies.size(), 3U);
  EXPECT_EQ(KeysOf(Merged(offers, three)), std::vector<std::string>{"local-a-alien"});
}

TEST(MergeTest, ReturnsASingleEntryAsTheSameObject) {
  const MergeOffer offer = A({{"A", "1", "Alien", 1979}, {"A", "2", "Aliens", 1986}});

  EXPECT_EQ(Merged({offer}), offer.items);
}

TEST(MergeTest, DoesNotMergeASourceWithMergeOff) {
  EXPECT_EQ(Merged({A({kAtA}), B({kAtB}, false)}).size(), 2U);
  EXPECT_EQ(Merged({A({kAtA}, false), B({kAtB})}).size(), 2U);
  EXPECT_EQ(Merged({A({kAtA, {"A", "plex-A-2", "Alien", 1979, 78748}}, false)}).size(), 2U);
}

TEST(MergeTest, KeepsTheKeyAfterItsEntryIsRemoved) {
  const auto before = Merged({A({kAtA}), B({kAtB})});

  const auto after = Merged({A({}), B({kAtB})}, before);

  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0]->item.key, "plex-A-1");
  EXPECT_EQ(after[0]->item.server_name, "B");
  ASSERT_EQ(after[0]->item.copies.size(), 2U);
  EXPECT_FALSE(after[0]->item.copies[0].gone);
  EXPECT_TRUE(after[0]->item.copies[1].gone) << "still found by its key, but marked as gone";
  EXPECT_EQ(KeysOf(Merged({A({}), B({kAtB})}, after)), KeysOf(after))
      << "and the key does not change back";
  EXPECT_EQ(KeysOf(Merged({A({kAtA}), B({kAtB})}, after)), KeysOf(before));
}

TEST(MergeTest, UsesTheKeyOfAPreferredSourceAddedLater) {
  const auto before = Merged({A({}), B({kAtB})});
  EXPECT_EQ(KeysOf(before), std::vector<std::string>{"jellyfin_9"});

  const auto after = Merged({A({kAtA}), B({kAtB})}, before);

  EXPECT_EQ(KeysOf(after), std::vector<std::string>{"plex-A-1"});
  EXPECT_EQ(after[0]->item.copies[1].key, "jellyfin_9");
}

TEST(MergeTest, DropsCopiesOfRemovedSources) {
  const auto before = Merged({A({kAtA}), B({kAtB})});

  const auto after = Merged({B({kAtB})}, before);

  EXPECT_EQ(KeysOf(after), std::vector<std::string>{"jellyfin_9"});
  EXPECT_TRUE(after[0]->item.copies.empty());
}

TEST(MergeTest, GivesUpAKeyThatBelongsToAnotherTitle) {
  const auto before = Merged({A({kAtA}), B({kAtB})});
  const EntryOf reused{"A", "plex-A-1", "Heat", 1995, 113277};

  const auto after = Merged({A({reused}), B({kAtB})}, before);

  EXPECT_EQ(KeysOf(after), (std::vector<std::string>{"jellyfin_9", "plex-A-1"}));
}

TEST(MergeTest, SplitTitlesGetKeysOfTheirOwn) {
  EntryOf at_b = kAtB;
  const auto before = Merged({A({kAtA}), B({at_b})});
  at_b.imdb = 99;
  at_b.title = "Alien Nation";

  EXPECT_EQ(KeysOf(Merged({A({kAtA}), B({at_b})}, before)),
            (std::vector<std::string>{"jellyfin_9", "plex-A-1"}));
}

TEST(MergeTest, ASecondCopyAtOneSourceKeepsTheExistingKey) {
  Item hd = ItemOf({"A", "hd", "Dune", 2021, 0, 438631});
  hd.quality_label = "1080p";
  Item uhd = ItemOf({"A", "4k", "Dune", 2021, 0, 438631});
  uhd.quality_label = "4K";
  const MergeOffer first{.source = "A", .items = {MakePlaylistItem(hd)}};
  const MergeOffer both{.source = "A", .items = {MakePlaylistItem(hd), MakePlaylistItem(uhd)}};

  const auto after = Merged({both}, Merged({first}));

  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0]->item.key, "hd");
  EXPECT_EQ(after[0]->item.quality_label, "4K");
  EXPECT_EQ(KeysOf(Merged({both})), std::vector<std::string>{"4k"})
      << "both new: the one with more pixels";
}

TEST(MergeTest, MergesTitlesWithEqualKeysOfTwoLists) {
  const EntryOf popular{"A", "tmdb-movie-348", "Alien", 1979, 0, 348};
  EntryOf netflix = popular;
  netflix.source = "B";

  const auto titles = Merged({A({popular}), B({netflix})});

  ASSERT_EQ(titles.size(), 1U);
  EXPECT_EQ(titles[0]->item.copies.size(), 2U);
  EXPECT_EQ(titles[0]->item.key, "tmdb-movie-348");
}

TEST(MergeTest, ReturnsTheSameObjectsInAnUnchangedRound) {
  const std::vector<MergeOffer> offers{A({kAtA, {"A", "2", "Heat", 1995}}), B({kAtB})};
  const auto first = Merged(offers);

  EXPECT_EQ(Merged(offers, first), first);
}

TEST(MergeTest, IgnoresTheOrderOfEntries) {
  std::vector<EntryOf> entries;
  for (int i = 0; i < 20; ++i) {
    entries.push_back({"A", fmt::format("k{}", i), "Host", 2020, i % 4});
  }
  const auto first = Merged({A(entries)});
  std::ranges::reverse(entries);
  const auto second = Merged({A(entries)});

  ASSERT_EQ(KeysOf(first), KeysOf(second));
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i]->hash, second[i]->hash);
}

}  // namespace
}  // namespace marquee::playlist
