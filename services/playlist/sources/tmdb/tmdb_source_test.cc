#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/tmdb/tmdb_source_fixture.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeTmdb;
using ::testing::HasSubstr;
using ::testing::Not;

class TmdbSourceTest : public TmdbSourceFixture {};

TEST_F(TmdbSourceTest, ReadsAsManyPagesAsTheLimitsRequire) {
  server_.AddTitles("/movie/popular", "Film", 1'000);
  server_.AddTitles("/tv/popular", "Show", 45);

  EXPECT_EQ(Read(*Make(Options())).size(), 150U + 45U);

  EXPECT_EQ(server_.server().RequestsTo("/movie/popular"), 8U);
  EXPECT_EQ(server_.server().RequestsTo("/tv/popular"), 3U);
}

TEST_F(TmdbSourceTest, AnUnchangedListNeedsOneRequest) {
  server_.AddTitles("/movie/popular", "Film", 100);
  server_.AddTitles("/tv/popular", "Show", 45);
  const auto source = Make(Options());
  const auto first = Read(*source);
  const size_t before = server_.server().requests().size();

  EXPECT_EQ(Read(*source), first);
  EXPECT_EQ(server_.server().requests().size(), before + 2);

  server_.AddTitles("/tv/popular", "More", 1);
  EXPECT_EQ(Read(*source).size(), first.size() + 1);
}

TEST_F(TmdbSourceTest, SendsAnAccessTokenInAHeader) {
  server_.AddTitles("/movie/popular", "Film", 3);
  server_.AddTitles("/tv/popular", "Show", 3);
  auto options = Options();
  options.key = std::string(FakeTmdb::kAccessToken);

  EXPECT_EQ(Read(*Make(options)).size(), 6U);

  for (const auto& request : server_.server().requests()) {
    EXPECT_EQ(request.query.find("api_key"), std::string::npos);
  }
}

TEST_F(TmdbSourceTest, LatestYieldsOneTitle) {
  server_.server().On("/movie/latest",
                      {.body = R"({"id":5,"title":"Newest","poster_path":"/p5.jpg"})"});
  server_.server().On("/tv/latest", {.body = R"({"id":6,"name":"No image"})"});
  auto options = Options();
  options.category = "latest";

  const auto items = Read(*Make(options));

  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]->item.title, "Newest");
}

TEST_F(TmdbSourceTest, FiltersByRatingYearAndGenre) {
  server_.AddTitles("/movie/popular", "Film", 100);  // 7.0 to 7.9
  server_.AddTitles("/tv/popular", "Show", 0);
  server_.server().On("/tv/popular", {.body = R"({"page":1,"results":[],"total_results":0})"});
  auto options = Options();
  options.filter.min_rating = 7.5;

  EXPECT_EQ(Read(*Make(options)).size(), 50U);
}

TEST_F(TmdbSourceTest, ExplainsARejectedKey) {
  auto options = Options();
  options.key = "planted-but-wrong";
  const auto source = Make(options);

  for (const absl::Status& status :
       {source->Fetch(Soon()).status(), source->Test(Soon()).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("API key was rejected"));
    EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-but-wrong")));
  }
}

TEST_F(TmdbSourceTest, MessagesDoNotContainTheKey) {
  server_.server().On("/movie/popular", {.status = 500});
  server_.server().On("/tv/popular",
                      {.body = "x", .ending = testing::FakeHttpServer::Ending::kRaw});

  const auto status = Make(Options())->Fetch(Soon()).status();

  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr(std::string(FakeTmdb::kKey))));
}

TEST_F(TmdbSourceTest, RejectsAnUnknownCategory) {
  auto options = Options();
  options.category = "streaming_netfilx";

  const auto source = TmdbSource::Create(options, {clock_, *http_, [] { return uint64_t{0}; }});

  EXPECT_EQ(source.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(base::MessageOf(source.status())), HasSubstr("expected one of: popular"));
}

TEST_F(TmdbSourceTest, RequestsOnlyImagePaths) {
  const auto source = Make(Options());
  for (const char* path : {"/3/movie/popular", "/movie/popular", "/t/p/w500/", "/t/p/w500/a",
                           "/t/p/w500/../../3/account.x", "/t/p/w500/a/b.jpg", "/t/p/a.jpg",
                           "/t/p/w500/a.jpg?api_key=1", "//t/p/w500/a.jpg"}) {
    CollectingSink sink;
    EXPECT_EQ(source->artwork().Open({.path = path}, {}, sink).code(),
              absl::StatusCode::kPermissionDenied)
        << path;
  }
  EXPECT_EQ(server_.server().connections(), 0U);

  server_.server().On("/t/p/w500/a.jpg",
                      {.status = 302, .headers = {{"Location", "/movie/popular"}}});
  CollectingSink sink;
  EXPECT_FALSE(source->artwork().Open({.path = "/t/p/w500/a.jpg"}, {}, sink).ok());
  EXPECT_EQ(server_.server().RequestsTo("/movie/popular"), 0U);
}

TEST_F(TmdbSourceTest, DoesNotRequestPagesBeyondTheLast) {
  server_.AddTitles("/movie/popular", "Film", 10'050);
  server_.AddTitles("/tv/popular", "Show", 1);
  auto options = Options();
  options.max_movies = 20'000;
  const auto source = Make(options);

  const auto yield = source->Fetch(Soon());

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 10'001U);
  EXPECT_EQ(server_.server().RequestsTo("/movie/popular"), 500U);
  EXPECT_THAT(yield->warnings, ::testing::Contains(HasSubstr("10000 of 10050 listed")));
}

}  // namespace
}  // namespace marquee::playlist
