#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "services/playlist/sources/jellyfin/jellyfin_source_fixture.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JellyfinSourceTest : public JellyfinSourceFixture {};

TEST_F(JellyfinSourceTest, YieldsMoviesAndShowsOfTheSelectedLibraries) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  server_.AddTitles(shows_, "Series", "Show", 2);
  server_.AddTitles(server_.AddLibrary("Home Videos", "homevideos"), "Movie", "Party", 2);
  const auto source = Make();

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  std::vector<std::string> titles;
  for (const ItemPtr& item : yield->items) titles.push_back(item->item.title);
  std::ranges::sort(titles);
  EXPECT_THAT(titles, ElementsAre("Film 1", "Film 2", "Film 3", "Show 1", "Show 2"));
  EXPECT_THAT(yield->warnings, IsEmpty());
  EXPECT_THAT(server_.complaints(), IsEmpty()) << "every request has the token in a header only";
}

TEST_F(JellyfinSourceTest, RequestsServerAndUsersOnceThenOnlyListings) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  auto options = Options();
  options.show_libraries.clear();
  const auto source = Make(options);

  ASSERT_TRUE(Fetch(*source).ok());
  ASSERT_TRUE(Fetch(*source).ok());

  std::vector<std::string> paths;
  for (const auto& request : server_.server().requests()) paths.push_back(request.path);
  EXPECT_THAT(paths, ElementsAre("/System/Info/Public", "/Users", "/Library/VirtualFolders",
                                 "/Items/Counts", "/Items", "/Items"));
  const auto listing = server_.server().requests().at(4);
  EXPECT_EQ(listing.parameter("ParentId"), movies_);
  EXPECT_EQ(listing.parameter("Recursive"), "true");
  EXPECT_EQ(listing.parameter("Limit"), "1000");
  EXPECT_EQ(listing.parameter("StartIndex"), "0");
  EXPECT_EQ(listing.parameter("IncludeItemTypes"), "Movie");
  for (const char* field :
       {"Genres", "DateCreated", "PremiereDate", "SortName", "Width", "Height"}) {
    EXPECT_THAT(listing.parameter("Fields"), HasSubstr(field));
  }
  EXPECT_EQ(server_.server().connections(), 1U);
}

TEST_F(JellyfinSourceTest, ReadsEveryPageOfALargeLibrary) {
  server_.AddTitles(movies_, "Movie", "Film", 2'345);
  auto options = Options();
  options.max_movies = 5'000;
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  std::set<std::string> keys;
  for (const ItemPtr& item : yield->items) keys.insert(item->item.key);
  EXPECT_EQ(keys.size(), 2'345U);
  EXPECT_EQ(server_.server().RequestsTo("/Items"), 4U) << "three pages of movies, one of shows";
  EXPECT_LE(server_.server().most_open(), 4U);
}

TEST_F(JellyfinSourceTest, ReadsAServerWithoutTotals) {
  server_.server().On("/Items", [&](const FakeHttpServer::Request& request) {
    const bool movies = request.parameter("IncludeItemTypes") == "Movie";
    const bool first = request.parameter("StartIndex") == "0";
    const char* entries = R"({"Items":[{"Type":"Movie"},{"Type":"Movie","Id":"2"}]})";
    return FakeHttpServer::Reply{.body = movies && first ? entries : "{\"Items\":[]}"};
  });
  auto options = Options();
  options.listing.page_size = 2;
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->skipped, 2U);
  EXPECT_EQ(server_.server().RequestsTo("/Items"), 3U);
}

TEST_F(JellyfinSourceTest, StopsReadingAnEndlessList) {
  server_.server().On("/Items", {.body = R"({"Items":[{},{}],"TotalRecordCount":2000000000})"});
  auto options = Options();
  options.listing.page_size = 2;
  options.listing.max_entries = 20;
  const auto source = Make(options);

  ASSERT_TRUE(Fetch(*source).ok());

  EXPECT_LE(server_.server().RequestsTo("/Items"), 12U) << "pages without new entries end it";
}

TEST_F(JellyfinSourceTest, SelectsAFairSampleBySeedWithinTheLimits) {
  server_.AddTitles(movies_, "Movie", "Film", 900);
  server_.AddTitles(shows_, "Series", "Show", 300);
  const auto source = Make();
  const auto keys = [&] {
    const auto yield = Fetch(*source);
    EXPECT_TRUE(yield.ok()) << yield.status();
    std::set<std::string> seen;
    for (const ItemPtr& item : yield->items) seen.insert(item->item.key);
    return seen;
  };

  const auto first = keys();
  const auto again = keys();
  seed_ = 2;
  const auto other = keys();

  EXPECT_EQ(first.size(), 400U);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, other);
}

TEST_F(JellyfinSourceTest, FiltersBeforeSampling) {
  server_.AddTitles(movies_, "Movie", "Film", 450);  // ten of each year
  auto options = Options();
  options.filter.years = ParseYears("1999-2001");
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 30U);
}

TEST_F(JellyfinSourceTest, WarnsAboutAMissingLibraryAndListsTheOthers) {
  server_.AddTitles(movies_, "Movie", "Film", 1);
  auto options = Options();
  options.movie_libraries = {"movies", "Movies"};
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 1U);
  EXPECT_THAT(yield->warnings, ElementsAre(HasSubstr("no library \"movies\"")));
  EXPECT_THAT(yield->warnings.at(0), HasSubstr("\"Movies\", \"Shows\""));
}

TEST_F(JellyfinSourceTest, WithoutSelectedLibrariesItListsThem) {
  auto options = Options();
  options.movie_libraries.clear();
  options.show_libraries.clear();
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_THAT(yield->items, IsEmpty());
  EXPECT_THAT(yield->warnings, ElementsAre(HasSubstr("\"Movies\"")));
}

TEST_F(JellyfinSourceTest, ReadsPagesOfAnySizeAsAStream) {
  const std::string padding(40'000, 'x');
  for (int i = 0; i < 1000; ++i) {
    // 40 MB in one page of 1,000 entries.
    server_.AddEntry(movies_, "Movie",
                     "{\"Type\":\"Movie\",\"Name\":\"Film\",\"Id\":\"" + std::to_string(i) +
                         "\",\"ImageTags\":{\"Primary\":\"a\"},\"Padding\":\"" + padding + "\"}");
  }
  auto options = Options();
  options.max_movies = 5'000;
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 1000U);
}

TEST_F(JellyfinSourceTest, GivesEachLibraryAShareOfTheLimit) {
  server_.AddTitles(movies_, "Movie", "Film", 900);
  server_.AddTitles(server_.AddLibrary("Classics", "movies"), "Movie", "Classic", 200);
  auto options = Options();
  options.movie_libraries = {"Movies", "Classics"};
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 300U);
  EXPECT_EQ(yield->found, 1100U);
  EXPECT_EQ(std::ranges::count_if(
                yield->items, [](const ItemPtr& item) { return item->item.library == "Classics"; }),
            150);
}

TEST_F(JellyfinSourceTest, FiltersByCollections) {
  for (const char* id : {"a1", "a2", "a3"}) {
    server_.AddEntry(movies_, "Movie",
                     "{\"Type\":\"Movie\",\"Name\":\"Film\",\"Id\":\"" + std::string(id) +
                         "\",\"ImageTags\":{\"Primary\":\"a\"}}");
  }
  server_.AddCollection("Sea", {"a1", "a3"});
  server_.AddCollection("Land", {"a2"});
  auto options = Options();
  options.filter.collections = ParseCollections({"SEA"});
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 2U);
}

TEST_F(JellyfinSourceTest, ListsFilmsOfCollectionsOnAGroupingServer) {
  server_.AddTitles(movies_, "Movie", "Film", 12);
  const auto source = Make();
  const auto all = Fetch(*source);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->items.size(), 12U);
  std::vector<std::string> ids;
  for (const ItemPtr& item : all->items) ids.push_back(item->item.key.substr(9));
  ids.resize(8);
  server_.AddCollection("Set", ids);
  server_.GroupIntoCollections();

  EXPECT_EQ(Fetch(*Make())->items.size(), 12U);
  server_.AddNewTitle(movies_, "Movie", "New");
  const size_t before = server_.server().RequestsTo("/Items");
  EXPECT_EQ(Fetch(*source)->items.size(), 13U);
  EXPECT_LE(server_.server().RequestsTo("/Items") - before, 5U)
      << "changes and totals are sufficient";
}

TEST_F(JellyfinSourceTest, AnUnparsableLibraryDoesNotAffectOthers) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  server_.server().On("/Items", [&](const FakeHttpServer::Request& request) {
    const bool movies = request.parameter("IncludeItemTypes") == "Movie";
    return FakeHttpServer::Reply{
        .body =
            movies
                ? "<html>"
                : R"({"Items":[{"Name":"S","Id":"a","Type":"Series","ImageTags":{"Primary":"p"}}]})"};
  });
  const auto source = Make();

  const auto yield = Fetch(*source);
  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 1U);
  EXPECT_THAT(yield->warnings, ::testing::Contains(HasSubstr("library \"Movies\": ")));

  server_.server().Off("/Items");
  EXPECT_EQ(Fetch(*source)->items.size(), 3U) << "the library is read again";
}

}  // namespace
}  // namespace marquee::playlist
