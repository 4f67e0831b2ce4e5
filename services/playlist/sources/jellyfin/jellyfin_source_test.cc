#include "services/playlist/sources/jellyfin/jellyfin_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/failure.h"
#include "libs/obs/metrics.h"
#include "tests/support/fake_jellyfin.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::marquee::testing::FakeJellyfin;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Ending = FakeHttpServer::Ending;

class JellyfinSourceTest : public ::testing::Test {
 protected:
  JellyfinSource::Options Options() const {
    return {.name = "Living Room",
            .url = server_.url(),
            .token = std::string(FakeJellyfin::kToken),
            .movie_libraries = {"Movies"},
            .show_libraries = {"Shows"}};
  }

  std::unique_ptr<JellyfinSource> Make(JellyfinSource::Options options) {
    return *JellyfinSource::Create(std::move(options), {clock_, *http_, [this] { return seed_; }});
  }
  std::unique_ptr<JellyfinSource> Make() { return Make(Options()); }

  base::CallContext Within(absl::Duration time) const {
    return {.deadline = clock_.Now() + time, .stop = {}};
  }

  absl::StatusOr<SourceYield> Fetch(Source& source) {
    return source.Fetch(Within(absl::Seconds(30)));
  }

  // The error of a fetch, checked for what must never be in it.
  std::string ErrorOf(Source& source, absl::StatusCode code) {
    const auto status = Fetch(source).status();
    EXPECT_EQ(status.code(), code) << status;
    std::string message(base::MessageOf(status));
    EXPECT_THAT(message, HasSubstr("jellyfin \"Living Room\""));
    EXPECT_THAT(message, Not(HasSubstr(std::string(FakeJellyfin::kToken))));
    return message;
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeJellyfin server_;
  std::string movies_ = server_.AddLibrary("Movies", "movies");
  std::string shows_ = server_.AddLibrary("Shows", "tvshows");
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  uint64_t seed_ = 1;
};

TEST_F(JellyfinSourceTest, YieldsMoviesAndShowsOfTheChosenLibraries) {
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
  EXPECT_THAT(server_.complaints(), IsEmpty()) << "every request proves itself, by header only";
}

TEST_F(JellyfinSourceTest, AsksForTheServerAndTheUsersOnceAndThenForWhatItNeeds) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  auto options = Options();
  options.show_libraries.clear();
  const auto source = Make(options);

  ASSERT_TRUE(Fetch(*source).ok());
  ASSERT_TRUE(Fetch(*source).ok());

  std::vector<std::string> paths;
  for (const auto& request : server_.server().requests()) paths.push_back(request.path);
  EXPECT_THAT(paths, ElementsAre("/System/Info/Public", "/Users", "/Library/VirtualFolders",
                                 "/Items/Counts", "/Items", "/Items/Counts", "/Items"));
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

TEST_F(JellyfinSourceTest, FollowsAServerThatDoesNotSayHowManyThereAre) {
  server_.server().On("/Items", [&](const FakeHttpServer::Request& request) {
    const bool movies = request.parameter("IncludeItemTypes") == "Movie";
    const bool first = request.parameter("StartIndex") == "0";
    const std::string entry = R"({"Type":"Movie"})";
    return FakeHttpServer::Reply{
        .body = movies && first ? "{\"Items\":[" + entry + "," + entry + "]}" : "{\"Items\":[]}"};
  });
  auto options = Options();
  options.listing.page_size = 2;
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->skipped, 2U);
  EXPECT_EQ(server_.server().RequestsTo("/Items"), 3U);
}

TEST_F(JellyfinSourceTest, LeavesAServerThatListsForEver) {
  server_.server().On("/Items", {.body = R"({"Items":[{},{}],"TotalRecordCount":2000000000})"});
  auto options = Options();
  options.listing.page_size = 2;
  options.listing.max_entries = 20;
  const auto source = Make(options);

  ASSERT_TRUE(Fetch(*source).ok());

  EXPECT_EQ(server_.server().RequestsTo("/Items"), 20U) << "ten pages a library";
}

TEST_F(JellyfinSourceTest, ChoosesAFairSampleBySeedWithinTheLimits) {
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

TEST_F(JellyfinSourceTest, FiltersBeforeItChooses) {
  server_.AddTitles(movies_, "Movie", "Film", 450);  // ten of each year
  auto options = Options();
  options.filter.years = ParseYears("1999-2001");
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 30U);
}

TEST_F(JellyfinSourceTest, ALibraryThatIsNotThereIsAWarningWithTheOnesThatAre) {
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

TEST_F(JellyfinSourceTest, WithoutLibrariesItSaysWhichThereAre) {
  auto options = Options();
  options.movie_libraries.clear();
  options.show_libraries.clear();
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_THAT(yield->items, IsEmpty());
  EXPECT_THAT(yield->warnings, ElementsAre(HasSubstr("\"Movies\"")));
}

TEST_F(JellyfinSourceTest, APageOfAnySizeIsReadAsItComes) {
  const std::string padding(40'000, 'x');
  for (int i = 0; i < 1000; ++i) {
    // 40 MB in one page of a thousand.
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

class JellyfinChangesTest : public JellyfinSourceTest {
 protected:
  JellyfinChangesTest() {
    server_.AddTitles(movies_, "Movie", "Film", 40);
    server_.AddTitles(shows_, "Series", "Show", 20);
    source_ = Make();
    first_ = Read();
    before_ = server_.server().requests().size();
  }

  std::vector<ItemPtr> Read() {
    auto yield = Fetch(*source_);
    EXPECT_TRUE(yield.ok()) << yield.status();
    return yield.ok() ? yield->items : std::vector<ItemPtr>();
  }
  size_t Requests() { return server_.server().requests().size() - before_; }
  static const Item* Find(const std::vector<ItemPtr>& items, const std::string& title) {
    for (const ItemPtr& item : items) {
      if (item->item.title == title) return &item->item;
    }
    return nullptr;
  }

  std::unique_ptr<JellyfinSource> source_;
  std::vector<ItemPtr> first_;
  size_t before_ = 0;
};

TEST_F(JellyfinChangesTest, AnUnchangedServerCostsOneRequestALibraryAndSharesEveryItem) {
  EXPECT_EQ(Read(), first_);
  EXPECT_EQ(Requests(), 2U);
}

TEST_F(JellyfinChangesTest, ReadsOnlyWhatWasSaved) {
  server_.ChangeEntry(movies_, "Movie", 3, "Film 4", "Film Four");
  server_.AddNewTitle(shows_, "Series", "Show New");

  const auto items = Read();

  EXPECT_EQ(items.size(), 61U);
  EXPECT_NE(Find(items, "Film Four"), nullptr);
  EXPECT_EQ(Find(items, "Film 4"), nullptr);
  EXPECT_NE(Find(items, "Show New"), nullptr);
  EXPECT_EQ(std::ranges::count_if(items,
                                  [&](const ItemPtr& item) {
                                    return std::ranges::find(first_, item) != first_.end();
                                  }),
            59)
      << "the rest are the same objects";
  for (size_t i = before_; i < server_.server().requests().size(); ++i) {
    const auto request = server_.server().requests()[i];
    EXPECT_TRUE(request.path == "/Items/Counts" || request.parameter("Limit") == "0" ||
                !request.parameter("MinDateLastSaved").empty())
        << request.path << '?' << request.query;
  }
}

TEST_F(JellyfinChangesTest, NoticesThatSomethingIsGone) {
  server_.RemoveEntry(movies_, "Movie", 0);

  const auto items = Read();

  EXPECT_EQ(items.size(), 59U);
  EXPECT_EQ(Find(items, "Film 1"), nullptr);
}

TEST_F(JellyfinChangesTest, NoticesThatOneCameAndAnotherWent) {
  server_.RemoveEntry(movies_, "Movie", 0);
  server_.AddNewTitle(movies_, "Movie", "Film New");

  const auto items = Read();

  EXPECT_EQ(Find(items, "Film 1"), nullptr);
  EXPECT_NE(Find(items, "Film New"), nullptr);
}

TEST_F(JellyfinChangesTest, AnotherSeedOrForgettingReadsEverything) {
  seed_ = 2;
  EXPECT_EQ(Read().size(), 60U);
  EXPECT_EQ(Requests(), 4U);
  source_->Forget();
  EXPECT_EQ(Read().size(), 60U);
  EXPECT_EQ(Requests(), 8U);
}

TEST_F(JellyfinChangesTest, AServerThatDoesNotCountIsReadAsAWhole) {
  server_.server().On("/Items/Counts", {.status = 404});

  EXPECT_EQ(Read().size(), 60U);
}

TEST_F(JellyfinSourceTest, GivesEachLibraryItsShareOfTheLimit) {
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

TEST_F(JellyfinSourceTest, ShowsOnlyWhatIsInTheWantedCollections) {
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

TEST_F(JellyfinSourceTest, AnEmbyServerIsFoundBelowItsOwnBasePath) {
  FakeJellyfin below({.base_path = "/emby"});
  below.AddTitles(below.AddLibrary("Movies", "movies"), "Movie", "Film", 2);
  below.AddLibrary("Shows", "tvshows");
  auto options = Options();
  options.flavour = JellyfinFlavour::kEmby;
  options.url = below.server().url();
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 2U);
  EXPECT_EQ(yield->items.at(0)->item.source, "jellyfin");
}

TEST_F(JellyfinSourceTest, ListsLibrariesWithTheirNumberOfTitles) {
  server_.AddTitles(movies_, "Movie", "Film", 7);

  const auto libraries = Make()->ListLibraries(Within(absl::Seconds(30)));

  ASSERT_TRUE(libraries.ok()) << libraries.status();
  ASSERT_EQ(libraries->size(), 2U);
  EXPECT_EQ(libraries->at(0).name, "Movies");
  EXPECT_EQ(libraries->at(0).type, "movie");
  EXPECT_EQ(libraries->at(0).items, 7);
  EXPECT_EQ(libraries->at(1).type, "show");
}

TEST_F(JellyfinSourceTest, CountsWhatAFilterWouldLetThrough) {
  server_.AddTitles(movies_, "Movie", "Film", 450);  // ten of each year
  server_.AddTitles(shows_, "Series", "Show", 45);
  FilterTrial trial{.movie_libraries = {"Movies"}, .show_libraries = {"Shows"}, .filter = {}};
  trial.filter.years = ParseYears("1999-2001");

  const auto counts = Make()->Preview(trial, Within(absl::Seconds(30)));

  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->movies, 30U);
  EXPECT_EQ(counts->shows, 3U);
  EXPECT_EQ(counts->unfiltered, 495U);
}

TEST_F(JellyfinSourceTest, TellsTheExtrasOfATitle) {
  server_.server().On("/Items/a1/LocalTrailers", {.body = R"([{"Id":"b1","Name":"Trailer"}])"});
  server_.server().On("/Items/a1/SpecialFeatures", {.body = R"([{"Id":"b2","Name":"Making of"}])"});
  server_.server().On("/Items/a1/ThemeSongs",
                      {.body = R"({"Items":[{"Id":"b3","Name":"Theme"}],"TotalRecordCount":1})"});
  Item item;
  item.key = "jellyfin_a1";

  const auto extras = Make()->ExtrasOf(item, Within(absl::Seconds(30)));

  ASSERT_TRUE(extras.ok()) << extras.status();
  ASSERT_EQ(extras->size(), 3U);
  EXPECT_EQ(extras->at(0).kind, ExtraKind::kTrailer);
  EXPECT_EQ(extras->at(0).url,
            "/media?server=Living%20Room&path=%2FVideos%2Fb1%2Fstream%3Fstatic%3Dtrue");
  EXPECT_EQ(extras->at(1).kind, ExtraKind::kTheme);
  EXPECT_THAT(extras->at(1).url, HasSubstr("Audio"));
  EXPECT_EQ(extras->at(2).name, "Making of");
}

TEST_F(JellyfinSourceTest, TellsWhatIsPlaying) {
  server_.server().On(
      "/Sessions",
      {.body =
           R"([{"Id":"s1","UserName":"anna","Client":"Web","DeviceName":"Laptop",)"
           R"("PlayState":{"PositionTicks":610000000,"IsPaused":true},"NowPlayingItem":{"Id":"a1",)"
           R"("Type":"Movie","Name":"The Long Tide","ImageTags":{"Primary":"t1"}}},)"
           R"({"Id":"s2","UserName":"bert","NowPlayingItem":{"Id":"e1","Type":"Episode","Name":"Pilot",)"
           R"("SeriesName":"Harbour Lane","SeriesId":"a2","SeriesPrimaryImageTag":"t2"}},)"
           R"({"Id":"s3","UserName":"idle"}])"});

  const auto sessions = Make()->NowPlaying(Within(absl::Seconds(30)));

  ASSERT_TRUE(sessions.ok()) << sessions.status();
  ASSERT_EQ(sessions->size(), 2U);
  EXPECT_EQ(sessions->at(0).item.title, "The Long Tide");
  EXPECT_EQ(sessions->at(0).state, "paused");
  EXPECT_EQ(sessions->at(0).position, absl::Seconds(61));
  EXPECT_EQ(sessions->at(0).player, "Laptop, Web");
  EXPECT_EQ(sessions->at(1).item.title, "Harbour Lane");
  EXPECT_THAT(sessions->at(1).item.poster_url, HasSubstr("a2"));
  EXPECT_EQ(sessions->at(1).state, "playing");
}

TEST_F(JellyfinSourceTest, FindsAServerBelowTheUsualBasePath) {
  FakeJellyfin below({.base_path = "/jellyfin"});
  below.AddTitles(below.AddLibrary("Movies", "movies"), "Movie", "Film", 2);
  below.AddLibrary("Shows", "tvshows");
  auto options = Options();
  options.url = below.server().url();
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 2U);
  EXPECT_THAT(yield->items.at(0)->item.poster_url, HasSubstr("path=%2FItems%2F"));
}

TEST_F(JellyfinSourceTest, TestsTheConnection) {
  const auto info = Make()->Test(Within(absl::Seconds(30)));

  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->name, "Fake");
  EXPECT_EQ(info->version, "10.9.11");
}

TEST_F(JellyfinSourceTest, SaysWhatIsWrongWithTheConnection) {
  using enum absl::StatusCode;
  struct Case {
    FakeHttpServer::Reply reply;
    absl::StatusCode code;
    std::string says;
  };
  const std::vector<Case> cases = {
      {{.status = 401}, kUnauthenticated, "does not accept the token"},
      {{.status = 403}, kUnauthenticated, "does not accept the token"},
      {{.status = 404}, kFailedPrecondition, "below a path"},
      {{.status = 500, .body = "oops"}, kUnavailable, "HTTP 500"},
      {{.status = 503}, kUnavailable, "HTTP 503"},
      {{.status = 429}, kUnavailable, "too busy"},
      {{.status = 204}, kFailedPrecondition, "HTTP 204"},
      {{.status = 302, .headers = {{"Location", "https://login.example/?back=1"}}},
       kFailedPrecondition,
       "redirects to https://login.example"},
      {{.body = "<html>Sign in</html>"}, kFailedPrecondition, "web page"},
      {{.body = "{\"Version\":\"10.9\""}, kFailedPrecondition, "cannot be understood"},
      {{.body = "0123456789", .ending = Ending::kCloseMidBody},
       kUnavailable,
       "broke after 5 bytes"},
      {{.body = "0123456789", .ending = Ending::kResetMidBody}, kUnavailable, ""},
      {{.body = std::string(1 << 20, ' '), .ending = Ending::kEndless},
       kFailedPrecondition,
       "limit"},
      {{.body = std::string(100'000, '[')}, kFailedPrecondition, "cannot be understood"},
      {{.body = "SSH-2.0-x\r\n", .ending = Ending::kRaw},
       kFailedPrecondition,
       "does not answer in HTTP"},
  };
  for (const Case& c : cases) {
    for (const char* path : {"/System/Info/Public", "/System/Info"})
      server_.server().On(path, c.reply);
    const auto source = Make();
    EXPECT_THAT(ErrorOf(*source, c.code), HasSubstr(c.says));
  }
}

TEST_F(JellyfinSourceTest, SaysThatTheTokenIsRefused) {
  auto options = Options();
  options.token = "planted-but-wrong";
  const auto source = Make(options);

  const std::string message = ErrorOf(*source, absl::StatusCode::kUnauthenticated);

  EXPECT_THAT(message, HasSubstr("HTTP 401"));
  EXPECT_THAT(message, Not(HasSubstr("planted-but-wrong")));
}

TEST_F(JellyfinSourceTest, SaysThatNobodyListensOrNoNameExistsOrTlsFails) {
  auto options = Options();
  // A label of more than 63 letters is refused without a question to any name server.
  options.url = "http://" + std::string(64, 'a') + ".invalid:8096";
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable), HasSubstr("no address"));
  options.url = "https" + server_.url().substr(4);
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable), HasSubstr("certificate"));
  {
    const FakeHttpServer gone;
    options.url = gone.url();
  }
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable),
              HasSubstr("connection refused"));
}

TEST_F(JellyfinSourceTest, AServerThatHangsCostsItsTimeLimitAndNoMore) {
  server_.server().On("/Users", {.ending = Ending::kHang});
  auto options = Options();
  options.request_timeout = absl::Milliseconds(60);
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable), HasSubstr("hangs"));

  const auto status = Make()->Fetch(Within(absl::Milliseconds(60))).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(JellyfinSourceTest, EveryKindOfBrokenPageFailsTheFetchAndNamesTheLibrary) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  const std::vector<FakeHttpServer::Reply> replies = {
      {.status = 500},
      {.body = "<html></html>"},
      {.body = "{\"Items\":[{\"Name\":\"cut"},
      {.body = "{\"Items\":[{}]}", .ending = Ending::kCloseMidBody},
      {.body = "{\"Items\":[{}]}", .ending = Ending::kResetMidBody},
      {.body = std::string(1 << 20, ' '), .ending = Ending::kEndless},
      {.body = "{\"Items\":[" + std::string(1 << 20, ' '), .ending = Ending::kEndless},
      {.body = "{\"Items\":" + std::string(100'000, '[')},
      {.body = "[]"},
  };
  for (const auto& reply : replies) {
    server_.server().On("/Items", reply);
    auto options = Options();
    options.listing.max_page_bytes = size_t{8} << 20;
    const auto source = Make(options);
    const auto status = Fetch(*source).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("library \"")) << status;
  }
}

TEST_F(JellyfinSourceTest, AfterAFailureItLooksAtTheServerAnew) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  const auto source = Make();
  ASSERT_TRUE(Fetch(*source).ok());
  server_.server().On("/Items/Counts", {.status = 500});
  ASSERT_FALSE(Fetch(*source).ok());
  const size_t before = server_.server().RequestsTo("/System/Info/Public");

  EXPECT_TRUE(Fetch(*source).ok()) << "everything is read, for which no counts are needed";

  EXPECT_EQ(server_.server().RequestsTo("/System/Info/Public"), before + 1);
}

TEST_F(JellyfinSourceTest, RefusesSettingsThatCannotBe) {
  const auto create = [&](const std::string& url, const std::string& token) {
    const auto source = JellyfinSource::Create({.name = "Den", .url = url, .token = token},
                                               {clock_, *http_, [] { return uint64_t{0}; }});
    EXPECT_EQ(source.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(base::MessageOf(source.status()));
  };
  EXPECT_THAT(create("ftp://x", "abc"), HasSubstr("url"));
  EXPECT_THAT(create("http://10.0.0.5:8096", ""), HasSubstr("API key"));
  EXPECT_THAT(create("http://10.0.0.5:8096", "planted\r\nX: y"), Not(HasSubstr("planted")));
  EXPECT_THAT(create("http://10.0.0.5:8096", "planted\", Token=\"x"), Not(HasSubstr("planted")));
}

}  // namespace
}  // namespace marquee::playlist
