// Merging of entries without a type: local images, of which only a name and perhaps ids are known.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/playlist/refresh/merge_fixture.h"

namespace marquee::playlist {
namespace {

EntryOf Local(const std::string& source, const std::string& title, int32_t year = 0,
              int64_t imdb = 0, int64_t tmdb = 0, int64_t tvdb = 0) {
  return {source, source + "-" + title, title, year, imdb, tmdb, tvdb, ""};
}

TEST(UntypedTitlesTest, JoinTheFilmOrSeriesOfTheirTitleAndYear) {
  for (const std::string type : {"movie", "show"}) {
    EXPECT_EQ(GroupsOf({{"A", "a", "The Thing", 1982, 1, 2, 3, type},
                        {"B", "b", "Thing, The", 1982, 0, 0, 0, ""}}),
              (Groups{{0, 1}}))
        << type;
  }
  EXPECT_EQ(GroupsOf({{"A", "local", "Alien", 1979, 0, 0, 0, ""},
                      {"B", "b", "Alien", 1979, 78748},
                      {"C", "c", "Alien", 1979, 0, 348},
                      {"D", "d", "Alien", 1979, 0, 0, 0, ""}}),
            (Groups{{0, 1, 2, 3}}))
      << "in any order, and two images of one film";
  const EntryOf local{"B", "b", "Fargo", 1996, 0, 0, 0, ""};
  EXPECT_EQ(
      GroupsOf({{"A", "a", "Fargo", 1996}, {"A", "s", "Fargo", 1996, 0, 0, 0, "show"}, local}),
      Groups())
      << "a film and a series";
  EXPECT_EQ(GroupsOf({{"A", "a", "Fargo", 1996, 1}, {"A", "c", "Fargo", 1996, 2}, local}), Groups())
      << "two films";
  EXPECT_EQ(GroupsOf({{"A", "a", "Fargo", 2014}, local}), Groups()) << "another year";
  EXPECT_EQ(GroupsOf({{"A", "a", "Fargo"}, local}), Groups()) << "no year";
  EXPECT_EQ(GroupsOf({{"A", "a", "Fargo", 1996, 0, 0, 0, "game"}, local}), Groups());
  EXPECT_EQ(GroupsOf({{"A", "a", "Fargo", 1996, 7}, {"B", "b", "Fargo", 1996, 8, 0, 0, ""}}),
            Groups())
      << "another id";
}

TEST(UntypedTitlesTest, JoinTheTitleOfTheirIds) {
  const EntryOf film{"A", "a", "The Godfather", 1972, 68646, 238, 9};
  for (const EntryOf& local : std::vector<EntryOf>{{"B", "b", "Der Pate", 1971, 68646, 0, 0, ""},
                                                   {"B", "b", "Der Pate", 0, 0, 238, 0, ""},
                                                   {"B", "b", "Der Pate", 1972, 0, 238, 0, ""},
                                                   {"B", "b", "Godfather", 1973, 0, 0, 9, ""}}) {
    EXPECT_EQ(GroupsOf({film, local}), (Groups{{0, 1}})) << local.title << local.year;
    EXPECT_EQ(GroupsOf({local, film}), (Groups{{0, 1}})) << local.title << local.year;
  }
  EXPECT_EQ(GroupsOf({film, {"B", "b", "Lost", 2004, 0, 238, 0, ""}}), Groups())
      << "the TMDB ids of a film and a series";
  EXPECT_EQ(GroupsOf({film,
                      {"A", "s", "Lost", 2004, 0, 238, 0, "show"},
                      {"B", "b", "Lost", 2004, 0, 238, 0, ""},
                      {"B", "c", "Der Pate", 0, 0, 238, 0, ""}}),
            (Groups{{1, 2}}))
      << "by its name if both have the number; otherwise it stays alone";
  EXPECT_EQ(GroupsOf({film,
                      {"B", "b", "One", 1990, 68646, 0, 0, ""},
                      {"B", "c", "Two", 1991, 68646, 0, 0, ""},
                      {"B", "d", "Three", 1992, 68646, 0, 0, ""}}),
            Groups())
      << "an id used for many titles is ignored";
}

TEST(UntypedTitlesTest, JoinEachOtherByTitleAndYear) {
  EXPECT_EQ(GroupsOf({Local("A", "Alien", 1979), Local("B", "ALIEN", 1979)}), (Groups{{0, 1}}));
  EXPECT_EQ(GroupsOf({Local("A", "Alien", 1979), Local("A", "Aliens", 1986),
                      Local("B", "Alien", 1979), Local("C", "Alien", 1979)}),
            (Groups{{0, 2, 3}}))
      << "three folders";
  EXPECT_EQ(GroupsOf({Local("A", "Alien", 1979), Local("A", "Alien", 1979)}), (Groups{{0, 1}}))
      << "two folders of one source";
  EXPECT_EQ(GroupsOf({Local("A", "Ame\u0301lie", 2001), Local("B", "Am\u00e9lie", 2001)}),
            (Groups{{0, 1}}))
      << "NFD and NFC";
  EXPECT_EQ(GroupsOf({Local("A", "Alien", 1979), Local("B", "Alien", 1980)}), Groups());
  EXPECT_EQ(GroupsOf({Local("A", "Alien"), Local("B", "Alien")}), Groups()) << "years unknown";
  EXPECT_EQ(GroupsOf({Local("A", "Alien", 1979), Local("B", "Alien")}), Groups());
  EXPECT_EQ(GroupsOf({Local("A", "Host", 2020, 1), Local("B", "Host", 2020, 2)}), Groups())
      << "conflicting ids";
  EXPECT_EQ(GroupsOf({Local("A", "Host", 2020, 1), Local("B", "Host", 2020, 2),
                      Local("C", "Host", 2020, 2)}),
            (Groups{{1, 2}}));
}

TEST(UntypedTitlesTest, JoinEachOtherByIds) {
  EXPECT_EQ(GroupsOf({Local("A", "The Godfather", 0, 68646), Local("B", "Der Pate", 0, 68646)}),
            (Groups{{0, 1}}))
      << "IMDb numbers films and series together";
  EXPECT_EQ(
      GroupsOf({Local("A", "The Godfather", 1972, 0, 238), Local("B", "Der Pate", 1972, 0, 238),
                Local("C", "The Godfather", 0, 0, 238)}),
      (Groups{{0, 1, 2}}));
  EXPECT_EQ(GroupsOf({Local("A", "Lost", 2004, 0, 0, 73739), Local("B", "Lost", 0, 0, 0, 73739)}),
            (Groups{{0, 1}}));
  EXPECT_EQ(GroupsOf({Local("A", "The Godfather", 1972, 0, 238), Local("B", "Lost", 2004, 0, 238),
                      Local("C", "Der Pate", 0, 0, 238)}),
            Groups())
      << "a film and a series may have one TMDB id";
  EXPECT_EQ(GroupsOf({Local("A", "One", 1990, 5), Local("A", "Two", 1991, 5),
                      Local("A", "Three", 1992, 5)}),
            Groups())
      << "an id used for many titles is ignored";
}

TEST(UntypedTitlesTest, JoinATitleThroughAnotherImage) {
  const EntryOf film{"C", "c", "The Godfather", 1972, 68646};
  const Groups all{{0, 1, 2}};
  // The first has no id and another name than the film; the second has the id of the film.
  const EntryOf by_name = Local("A", "Der Pate", 1972);
  const EntryOf by_id = Local("B", "Der Pate", 1972, 68646);
  EXPECT_EQ(GroupsOf({by_name, by_id, film}), all);
  EXPECT_EQ(GroupsOf({film, by_name, by_id}), all);
  EXPECT_EQ(GroupsOf({by_id, film, by_name}), all);
}

TEST(UntypedTitlesTest, DoNotJoinTwoTitles) {
  const EntryOf film{"A", "a", "Fargo", 1996, 1};
  const EntryOf show{"A", "s", "Fargo", 1996, 2, 0, 0, "show"};
  EXPECT_EQ(GroupsOf({film, show, Local("B", "Fargo", 1996), Local("C", "Fargo", 1996)}),
            (Groups{{2, 3}}))
      << "a film or a series: only the images are the same";
  EXPECT_EQ(GroupsOf({film, show, Local("B", "Fargo", 1996), Local("C", "Fargo", 1996, 1)}),
            (Groups{{0, 3}}));
  EXPECT_EQ(GroupsOf({film, show, Local("B", "Fargo", 1996, 1), Local("C", "Fargo", 1996, 2)}),
            (Groups{{0, 2}, {1, 3}}));
}

TEST(UntypedTitlesTest, AreGroupedInLinearTimeAndBounded) {
  std::vector<EntryOf> entries;
  for (int64_t i = 1; i <= 50'000; ++i) entries.push_back(Local("A", "Untitled", 2000, i));
  EXPECT_EQ(GroupsOf(entries), Groups());
  entries.clear();
  for (size_t i = 0; i < 3 * kMaxCopies; ++i) entries.push_back(Local("A", "Untitled", 2000));
  size_t grouped = 0;
  for (const auto& group : GroupsOf(entries)) {
    EXPECT_LE(group.size(), kMaxCopies);
    grouped += group.size();
  }
  EXPECT_EQ(grouped, entries.size());
}

}  // namespace
}  // namespace marquee::playlist
