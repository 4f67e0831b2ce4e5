// What a Plex source reads: libraries, limits, filters, changes and broken pages.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "services/playlist/sources/plex/plex_source_fixture.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::marquee::testing::FakePlex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Ending = FakeHttpServer::Ending;

TEST_F(PlexSourceTest, YieldsFilmsSeriesAndAlbumsOfTheSelectedLibraries) {
  server_.AddTitles(movies_, "Film", 3);
  server_.AddTitles(shows_, "Show", 2);
  server_.AddTitles(music_, "Album", 4);
  auto options = Options();
  options.music_libraries = {"Music"};
  const auto source = Make(options);

  const auto items = Read(*source);

  EXPECT_EQ(Count(items, "movie"), 3U);
  EXPECT_EQ(Count(items, "show"), 2U);
  EXPECT_EQ(Count(items, "music"), 4U);
  EXPECT_THAT(server_.complaints(), IsEmpty()) << "every request has the token in a header only";
}

TEST_F(PlexSourceTest, ReadsALargeLibraryInPages) {
  server_.AddTitles(movies_, "Film", 1'234);
  auto options = Options();
  options.max_movies = 5'000;
  const auto source = Make(options);

  EXPECT_EQ(Read(*source).size(), 1'234U);

  EXPECT_EQ(server_.server().RequestsTo("/library/sections/1/all"), 3U);
  EXPECT_LE(server_.server().most_open(), 4U);
}

TEST_F(PlexSourceTest, AlbumsAreAMixOfRecentPopularAndOthers) {
  const auto add = [&](int first, int64_t added, double rating) {
    for (int i = first; i < first + 200; ++i) {
      server_.AddEntry(
          music_,
          fmt::format(
              R"({{"ratingKey":"{0}","type":"album","title":"Album {0}","parentTitle":"Artist",)"
              R"("thumb":"/library/metadata/{0}/thumb/1","addedAt":{1},"rating":{2}}})",
              i, added, rating));
    }
  };
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  const int64_t long_ago = now - 60 * 24 * 3600;
  add(1'000, now - 3600, 9);
  add(2'000, long_ago, 8);
  add(3'000, long_ago, 4);
  auto options = Options();
  options.music_libraries = {"Music"};
  options.max_albums = 100;

  const auto source = Make(options);
  const auto items = Read(*source);

  ASSERT_EQ(items.size(), 100U);
  const auto count = [&](char first) {
    return std::ranges::count_if(
        items, [&](const ItemPtr& item) { return item->item.title.at(6) == first; });
  };
  EXPECT_EQ(count('1'), 20);
  EXPECT_EQ(count('2'), 30);
  EXPECT_EQ(count('3'), 50);
  EXPECT_EQ(Read(*source), items);
}

TEST_F(PlexSourceTest, AnUnchangedServerNeedsOneRequestAndReusesItems) {
  server_.AddTitles(movies_, "Film", 30);
  server_.AddTitles(shows_, "Show", 20);
  const auto source = Make(Options());
  const auto first = Read(*source);
  const size_t before = server_.server().requests().size();

  EXPECT_EQ(Read(*source), first);
  EXPECT_EQ(server_.server().requests().size(), before + 1);
}

TEST_F(PlexSourceTest, AnUnchangedServerNeedsOneRequestWithFiltersToo) {
  server_.AddTitles(movies_, "Film", 30);
  server_.AddTitles(music_, "Album", 8);
  auto options = Options();
  options.music_libraries = {"Music"};
  options.filter.collections = ParseCollections({"Set 1"});
  options.filter.added_within = options.music_filter.added_within =
      clock_.Now() - absl::FromUnixSeconds(1'748'772'000) + absl::Hours(24);
  const auto source = Make(options);
  const auto first = Read(*source);
  ASSERT_EQ(first.size(), 15U + 8U);
  const size_t before = server_.server().requests().size();

  EXPECT_EQ(Read(*source), first);
  EXPECT_EQ(server_.server().requests().size(), before + 1);
}

TEST_F(PlexSourceTest, ReadsOnlyTheChangedLibrary) {
  server_.AddTitles(movies_, "Film", 30);
  server_.AddTitles(shows_, "Show", 20);
  const auto source = Make(Options());
  const auto first = Read(*source);

  server_.AddTitles(shows_, "Late Show", 1);
  const auto second = Read(*source);

  EXPECT_EQ(second.size(), first.size() + 1);
  EXPECT_EQ(server_.server().RequestsTo("/library/sections/1/all"), 1U);
  EXPECT_EQ(server_.server().RequestsTo("/library/sections/2/all"), 2U);
  EXPECT_EQ(std::ranges::count_if(
                second,
                [&](const ItemPtr& item) { return std::ranges::find(first, item) != first.end(); }),
            50)
      << "unchanged items are the same objects";
}

TEST_F(PlexSourceTest, ANewSeedOrForgetCausesAFullRead) {
  server_.AddTitles(movies_, "Film", 3);
  const auto source = Make(Options());
  Read(*source);
  seed_ = 2;
  Read(*source);
  source->Forget();
  Read(*source);

  EXPECT_EQ(server_.server().RequestsTo("/library/sections/1/all"), 3U);
}

TEST_F(PlexSourceTest, AppliesFiltersBeforeTheLimit) {
  server_.AddTitles(movies_, "Film", 450);  // ten of each year, half of them in each set
  auto options = Options();
  options.filter.years = ParseYears("1999-2001");
  EXPECT_EQ(Read(*Make(options)).size(), 30U);
  options.filter.collections = ParseCollections({"set 1"});
  EXPECT_EQ(Read(*Make(options)).size(), 15U);
  options.filter = {};
  options.filter.qualities = ParseQualities("4k");
  EXPECT_EQ(Read(*Make(options)).size(), 0U);
  options.filter = {};
  options.filter.genres = ParseGenres("thrill");
  options.max_movies = 100;
  EXPECT_EQ(Read(*Make(options)).size(), 100U);
}

TEST_F(PlexSourceTest, FiltersAlbumsByArtist) {
  server_.AddTitles(music_, "Album", 9);
  auto options = Options();
  options.music_libraries = {"Music"};
  options.artists = {"artist 3", "artist 4"};

  EXPECT_EQ(Count(Read(*Make(options)), "music"), 2U);
}

TEST_F(PlexSourceTest, WarnsAboutMissingLibrariesAndOtherKinds) {
  auto options = Options();
  options.movie_libraries = {"movies", "Music"};
  options.show_libraries.clear();

  const auto yield = Make(options)->Fetch(Soon());

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_THAT(yield->warnings,
              ElementsAre(HasSubstr("no library \"movies\""), HasSubstr("holds music")));
  EXPECT_THAT(yield->warnings.at(0), HasSubstr("\"Movies\", \"Shows\", \"Music\""));
}

TEST_F(PlexSourceTest, EveryKindOfBrokenPageFailsTheFetchAndNamesTheLibrary) {
  server_.AddTitles(movies_, "Film", 3);
  const std::vector<FakeHttpServer::Reply> replies = {
      {.status = 500},
      {.status = 401},
      {.body = "<MediaContainer size=\"0\"/>"},
      {.body = R"({"MediaContainer":{"Metadata":[{"title":"cut)"},
      {.body = R"({"MediaContainer":{"size":0}})", .ending = Ending::kCloseMidBody},
      {.body = R"({"MediaContainer":{"size":0}})", .ending = Ending::kResetMidBody},
      {.body = R"({"MediaContainer":{"Metadata":[)" + std::string(1 << 20, ' '),
       .ending = Ending::kEndless},
      {.body = R"({"MediaContainer":{"Metadata":)" + std::string(100'000, '[')},
      {.body = "[]"},
  };
  for (const auto& reply : replies) {
    server_.server().On("/library/sections/1/all", reply);
    auto options = Options();
    options.show_libraries.clear();  // with another readable library it would be a warning
    options.listing.max_page_bytes = size_t{8} << 20;
    const auto status = Make(options)->Fetch(Soon()).status();
    EXPECT_FALSE(status.ok());
    const std::string message(base::MessageOf(status));
    EXPECT_THAT(message, HasSubstr("plex \"Den\": library \"Movies\""));
    EXPECT_THAT(message, Not(HasSubstr(std::string(FakePlex::kToken))));
  }
}

TEST_F(PlexSourceTest, ExplainsARejectedToken) {
  auto options = Options();
  options.token = "planted-but-wrong";

  const auto status = Make(options)->Fetch(Soon()).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("X-Plex-Token"));
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-but-wrong")));
}

TEST_F(PlexSourceTest, ReadsEveryLibraryOfANameAndKind) {
  const std::string more = server_.AddSection("Movies", "movie");
  const std::string anime = server_.AddSection("Anime", "movie");
  const std::string series = server_.AddSection("Anime", "show");
  server_.AddTitles(movies_, "Film", 3);
  server_.AddTitles(more, "Other", 4);
  server_.AddTitles(anime, "Anime", 5);
  server_.AddTitles(series, "Series", 6);
  auto options = Options();
  options.movie_libraries = {"Movies", "Anime"};
  options.show_libraries = {"Anime"};
  const auto source = Make(options);

  const auto yield = source->Fetch(Soon());

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(Count(yield->items, "movie"), 12U);
  EXPECT_EQ(Count(yield->items, "show"), 6U);
  EXPECT_THAT(yield->warnings, IsEmpty());
}

TEST_F(PlexSourceTest, SelectsALibraryByItsKey) {
  const std::string more = server_.AddSection("Movies", "movie");
  server_.AddTitles(movies_, "Film", 3);
  server_.AddTitles(more, "Other", 4);
  auto options = Options();
  options.movie_libraries = {"key:" + more, "key:" + shows_, "key:77"};
  options.show_libraries = {};
  const auto source = Make(options);

  const auto yield = source->Fetch(Soon());

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 4U);
  ASSERT_EQ(yield->warnings.size(), 2U);
  EXPECT_THAT(yield->warnings[0], HasSubstr("\"key:2\" holds shows, not movies; name it in "
                                            "show_libraries"));
  EXPECT_THAT(yield->warnings[1], HasSubstr("\"Movies\" (key:1, movie), \"Shows\""));
}

TEST_F(PlexSourceTest, AnUnparsableLibraryDoesNotAffectOthers) {
  server_.AddTitles(movies_, "Film", 3);
  server_.AddTitles(shows_, "Show", 2);
  const std::string path = "/library/sections/1/all";
  server_.server().On(path, {.body = R"({"MediaContainer":{"Metadata":[{"ratingKey)"});
  const auto source = Make(Options());

  auto yield = source->Fetch(Soon());
  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(Count(yield->items, "show"), 2U);
  EXPECT_THAT(yield->warnings,
              ElementsAre(HasSubstr("library \"Movies\": the response cannot be")));

  server_.server().Off(path);
  EXPECT_EQ(Read(*source).size(), 5U) << "it is read again although the server reports no change";

  server_.server().On(path, {.body = "<html>"});
  server_.Touch(movies_);
  server_.AddTitles(shows_, "More", 1);
  yield = source->Fetch(Soon());
  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(Count(yield->items, "movie"), 3U) << "it keeps its items";
  EXPECT_EQ(Count(yield->items, "show"), 3U);
}

}  // namespace
}  // namespace marquee::playlist
