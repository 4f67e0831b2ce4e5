#include "services/playlist/refresh/title_groups.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/playlist/refresh/merge_fixture.h"

namespace marquee::playlist {
namespace {

TEST(TitleGroupsTest, MergesEntriesWithAnyEqualId) {
  for (const EntryOf& other : std::vector<EntryOf>{{"B", "b", "Der Pate", 1971, 68646},
                                                   {"B", "b", "x", 0, 0, 238},
                                                   {"B", "b", "y", 1, 0, 0, 9}}) {
    EXPECT_EQ(GroupsOf({{"A", "a", "The Godfather", 1972, 68646, 238, 9}, other}), (Groups{{0, 1}}))
        << other.title;
  }
}

TEST(TitleGroupsTest, EqualIdsAreTransitiveDespiteConflictingIds) {
  EXPECT_EQ(GroupsOf({{"A", "a", "One", 2000, 1},
                      {"B", "b", "Two", 2001, 1, 5},
                      {"C", "c", "Three", 2002, 0, 5, 7},
                      {"D", "d", "Four", 2003, 99, 0, 7}}),
            (Groups{{0, 1, 2, 3}}))
      << "A=B by IMDb, B=C by TMDB, C=D by TVDB; A and D differ in IMDb";
}

TEST(TitleGroupsTest, DoesNotMergeAcrossTypes) {
  EXPECT_EQ(GroupsOf({{"A", "a", "Fargo", 1996, 1, 5, 7},
                      {"B", "b", "Fargo", 1996, 1, 5, 7, "show"},
                      {"C", "c", "Fargo", 1996, 1, 5, 7, "game"},
                      {"C", "d", "Fargo", 1996, 1, 5, 7, "music"}}),
            Groups());
}

TEST(TitleGroupsTest, DoesNotGroupGamesAndAlbums) {
  for (const std::string type : {"game", "music"}) {
    EXPECT_EQ(GroupsOf({{"A", "a", "Same", 2000, 1, 1, 1, type},
                        {"B", "b", "Same", 2000, 1, 1, 1, type}}),
              Groups())
        << type;
  }
}

TEST(TitleGroupsTest, MergesByTitleAndYearWithoutEqualIds) {
  EXPECT_EQ(GroupsOf({{"A", "a", "The Thing", 1982}, {"B", "b", "Thing, The", 1982}}),
            (Groups{{0, 1}}));
  EXPECT_EQ(GroupsOf({{"A", "a", "The Thing", 1982}, {"B", "b", "The Thing", 2011}}), Groups())
      << "a remake";
  EXPECT_EQ(GroupsOf({{"A", "a", "Alien", 1979, 78748}, {"B", "b", "Alien", 1979, 0, 348}}),
            (Groups{{0, 1}}))
      << "ids of other kinds do not conflict";
  EXPECT_EQ(GroupsOf({{"A", "a", "Host", 2020, 1}, {"B", "b", "Host", 2020, 2}}), Groups())
      << "conflicting ids";
  EXPECT_EQ(GroupsOf({{"A", "a", "Host", 2020, 1, 3}, {"B", "b", "Host", 2020, 0, 4}}), Groups());
}

TEST(TitleGroupsTest, DoesNotMergeByTitleWithoutAYear) {
  EXPECT_EQ(GroupsOf({{"A", "a", "Frozen"}, {"B", "b", "Frozen"}}), Groups());
  EXPECT_EQ(GroupsOf({{"A", "a", "Frozen", 2013}, {"B", "b", "Frozen"}}), Groups());
  EXPECT_EQ(GroupsOf({{"A", "a", "Frozen", 2013, 7}, {"B", "b", "Frozen", 0, 7}}),
            (Groups{{0, 1}}));
}

TEST(TitleGroupsTest, GroupsJoinedByIdsKeepTheirIdsForTheTitleRule) {
  // B's Host has no IMDb id but equals A's by TMDB; C's is another film.
  EXPECT_EQ(GroupsOf({{"A", "a", "Host", 2020, 1, 3},
                      {"B", "b", "Host", 2020, 0, 3},
                      {"C", "c", "Host", 2020, 2}}),
            (Groups{{0, 1}}));
  // A title in another language is found by the name of one of its entries.
  EXPECT_EQ(GroupsOf({{"A", "a", "The Godfather", 1972, 1},
                      {"B", "b", "Der Pate", 1972, 1},
                      {"C", "c", "Der Pate", 1972}}),
            (Groups{{0, 1, 2}}));
}

TEST(TitleGroupsTest, MergesEntriesOfOneSource) {
  EXPECT_EQ(GroupsOf({{"A", "4k", "Dune", 2021, 0, 438631},
                      {"A", "hd", "Dune", 2021, 0, 438631},
                      {"A", "old", "Dune", 1984, 0, 841}}),
            (Groups{{0, 1}}));
}

TEST(TitleGroupsTest, IgnoresIdsUsedForManyTitles) {
  EXPECT_EQ(GroupsOf({{"A", "a", "Alien", 1979, 1, 1},
                      {"A", "b", "Heat", 1995, 1, 1},
                      {"A", "c", "Ran", 1985, 1, 1}}),
            Groups());
  EXPECT_EQ(GroupsOf({{"A", "a", "Alien", 1979, 1},
                      {"A", "b", "Alien (Director's Cut)", 1979, 1},
                      {"A", "c", "Alien 4K", 1979, 1}}),
            (Groups{{0, 1, 2}}))
      << "versions of one film";
  std::vector<EntryOf> same_year;
  for (int i = 0; i < 30; ++i) {
    same_year.push_back({"A", fmt::format("k{}", i), fmt::format("Film {}", i), 1990, 1, 1});
  }
  EXPECT_EQ(GroupsOf(same_year), Groups());
}

TEST(TitleGroupsTest, BoundsTheEntriesPerTitleWithoutLosingAny) {
  std::vector<EntryOf> entries;
  for (size_t i = 0; i < 3 * kMaxCopies; ++i) {
    entries.push_back({"A", fmt::format("{}", i), "Untitled", 2000});
  }
  size_t grouped = 0;
  for (const auto& group : GroupsOf(entries)) {
    EXPECT_LE(group.size(), kMaxCopies);
    grouped += group.size();
  }
  EXPECT_EQ(grouped, entries.size());
}

TEST(TitleGroupsTest, GroupsThousandsOfEqualNamesInLinearTime) {
  std::vector<EntryOf> entries;
  for (int64_t i = 1; i <= 50'000; ++i) {
    entries.push_back({"A", fmt::format("{}", i), "Untitled", 2000, i});
  }
  EXPECT_EQ(GroupsOf(entries), Groups());
}

}  // namespace
}  // namespace marquee::playlist
