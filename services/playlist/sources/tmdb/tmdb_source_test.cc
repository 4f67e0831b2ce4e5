#include "services/playlist/sources/tmdb/tmdb_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "tests/support/fake_tmdb.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeTmdb;
using ::testing::HasSubstr;
using ::testing::Not;

class TmdbSourceTest : public ::testing::Test {
 protected:
  TmdbSource::Options Options() const {
    return {.name = "TMDB", .url = server_.url(), .key = std::string(FakeTmdb::kKey)};
  }
  std::unique_ptr<TmdbSource> Make(TmdbSource::Options options) {
    return *TmdbSource::Create(std::move(options), {clock_, *http_, [this] { return seed_; }});
  }
  base::CallContext Soon() const {
    return {.deadline = clock_.Now() + absl::Seconds(30), .stop = {}};
  }
  std::vector<ItemPtr> Read(Source& source) {
    auto yield = source.Fetch(Soon());
    EXPECT_TRUE(yield.ok()) << yield.status();
    return yield.ok() ? yield->items : std::vector<ItemPtr>();
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeTmdb server_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  uint64_t seed_ = 1;
};

TEST_F(TmdbSourceTest, ReadsAsManyPagesAsItsLimitsNeed) {
  server_.AddTitles("/movie/popular", "Film", 1'000);
  server_.AddTitles("/tv/popular", "Show", 45);

  EXPECT_EQ(Read(*Make(Options())).size(), 150U + 45U);

  EXPECT_EQ(server_.server().RequestsTo("/movie/popular"), 8U);
  EXPECT_EQ(server_.server().RequestsTo("/tv/popular"), 3U);
}

TEST_F(TmdbSourceTest, AnUnchangedListCostsOneRequest) {
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

TEST_F(TmdbSourceTest, TellsWhereATitleOfAServiceCanBeStreamed) {
  server_.AddTitles("/discover/movie", "Film", 3);
  server_.AddTitles("/discover/tv", "Show", 3);
  auto options = Options();
  options.category = "streaming_netflix";
  options.region = "DE";

  const auto items = Read(*Make(options));

  ASSERT_EQ(items.size(), 6U);
  ASSERT_TRUE(items[0]->item.streaming.has_value());
  EXPECT_EQ(items[0]->item.streaming->region, "DE");
  EXPECT_EQ(items[0]->item.streaming->providers.at(0).name, "Netflix");
  const auto request = server_.server().requests().back();
  EXPECT_EQ(request.parameter("watch_region"), "DE");
  EXPECT_EQ(request.parameter("with_watch_providers"), "8");
}

TEST_F(TmdbSourceTest, AnAccessTokenGoesInAHeader) {
  server_.AddTitles("/movie/popular", "Film", 3);
  server_.AddTitles("/tv/popular", "Show", 3);
  auto options = Options();
  options.key = std::string(FakeTmdb::kAccessToken);

  EXPECT_EQ(Read(*Make(options)).size(), 6U);

  for (const auto& request : server_.server().requests()) {
    EXPECT_EQ(request.query.find("api_key"), std::string::npos);
  }
}

TEST_F(TmdbSourceTest, LatestIsOneTitle) {
  server_.server().On("/movie/latest",
                      {.body = R"({"id":5,"title":"Newest","poster_path":"/p5.jpg"})"});
  server_.server().On("/tv/latest", {.body = R"({"id":6,"name":"No picture"})"});
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

TEST_F(TmdbSourceTest, SaysThatTheKeyIsRefused) {
  auto options = Options();
  options.key = "planted-but-wrong";
  const auto source = Make(options);

  for (const absl::Status& status :
       {source->Fetch(Soon()).status(), source->Test(Soon()).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("key is not accepted"));
    EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-but-wrong")));
  }
}

TEST_F(TmdbSourceTest, TheKeyIsInNoMessage) {
  server_.server().On("/movie/popular", {.status = 500});
  server_.server().On("/tv/popular",
                      {.body = "x", .ending = testing::FakeHttpServer::Ending::kRaw});

  const auto status = Make(Options())->Fetch(Soon()).status();

  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr(std::string(FakeTmdb::kKey))));
}

TEST_F(TmdbSourceTest, KnowsTheTrailersOfATitleBestFirst) {
  const auto extras = Make(Options())->ExtrasByTmdbId(765432, "movie", Soon());

  ASSERT_TRUE(extras.ok()) << extras.status();
  ASSERT_EQ(extras->size(), 4U) << "those at YouTube";
  EXPECT_EQ(extras->at(0).site_key, "tra1");
  EXPECT_TRUE(extras->at(0).official);
  EXPECT_EQ(extras->at(0).url, "https://www.youtube.com/watch?v=tra1");
  EXPECT_EQ(extras->at(1).site_key, "fan1");
  EXPECT_EQ(extras->at(2).kind, ExtraKind::kTeaser);
  EXPECT_EQ(extras->at(3).kind, ExtraKind::kOther);
}

TEST_F(TmdbSourceTest, RefusesACategoryThatIsNone) {
  auto options = Options();
  options.category = "streaming_netfilx";

  const auto source = TmdbSource::Create(options, {clock_, *http_, [] { return uint64_t{0}; }});

  EXPECT_EQ(source.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(base::MessageOf(source.status())), HasSubstr("there are: popular"));
}

}  // namespace
}  // namespace marquee::playlist
