#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "services/playlist/sources/tmdb/tmdb_source_fixture.h"

namespace marquee::playlist {
namespace {

using Reply = ::marquee::testing::FakeHttpServer::Reply;

// Titles of a streaming category, and the providers of each.
class TmdbStreamingTest : public TmdbSourceFixture {
 protected:
  TmdbStreamingTest() {
    server_.AddTitles("/discover/movie", "Film", 3);
    server_.AddTitles("/discover/tv", "Show", 3);
  }
  std::unique_ptr<TmdbSource> Of(const std::string& category) {
    auto options = Options();
    options.category = category;
    options.region = "DE";
    return Make(options);
  }
};

TEST_F(TmdbStreamingTest, SetsTheProvidersOfATitle) {
  const auto items = Read(*Of("streaming_netflix"));

  ASSERT_EQ(items.size(), 6U);
  for (const ItemPtr& item : items) {
    ASSERT_TRUE(item->item.streaming.has_value());
    const Streaming& streaming = *item->item.streaming;
    EXPECT_EQ(streaming.region, "DE");
    ASSERT_EQ(streaming.providers.size(), 3U);
    EXPECT_EQ(streaming.providers[0].name, "Netflix");
    EXPECT_EQ(streaming.providers[0].type, "subscription");
    EXPECT_EQ(streaming.providers[0].logo_url,
              "/image?server=TMDB&path=%2Ft%2Fp%2Fw92%2Fnetflix.jpg&v=netflix.jpg");
    EXPECT_EQ(streaming.providers[1].type, "rent");
    EXPECT_EQ(streaming.providers[2].type, "buy");
    EXPECT_EQ(streaming.link, "https://www.themoviedb.org/watch?locale=DE");
  }
  const auto lists = server_.server().requests();
  EXPECT_EQ(std::ranges::count_if(
                lists, [](const auto& request) { return request.path.ends_with("/providers"); }),
            6);
}

TEST_F(TmdbStreamingTest, RequestsProvidersOnceAndReusesItems) {
  const auto source = Of("streaming_netflix");
  const auto first = Read(*source);
  const size_t before = server_.server().requests().size();

  EXPECT_EQ(Read(*source), first);
  EXPECT_EQ(server_.server().requests().size(), before + 2) << "one per list";

  server_.AddTitles("/discover/tv", "More", 1);
  Read(*source);
  EXPECT_EQ(std::ranges::count_if(
                server_.server().requests(),
                [](const auto& request) { return request.path.ends_with("/providers"); }),
            7);
}

TEST_F(TmdbStreamingTest, UsesTheServiceOfTheListWithoutAProvider) {
  server_.server().On("/movie/1/watch/providers", Reply{.body = R"({"id":1,"results":{"US":{}}})"});
  server_.server().On("/movie/2/watch/providers", Reply{.body = "<html>"});
  server_.server().On("/movie/3/watch/providers", Reply{.status = 404});

  for (const ItemPtr& item : Read(*Of("streaming_netflix"))) {
    if (item->item.type != "movie") continue;
    ASSERT_EQ(item->item.streaming->providers.size(), 1U) << item->item.key;
    EXPECT_EQ(item->item.streaming->providers[0].name, "Netflix");
  }
}

TEST_F(TmdbStreamingTest, KeepsTitlesIfProvidersAreUnavailable) {
  for (const char* path : {"/movie/1", "/movie/2", "/movie/3", "/tv/4", "/tv/5", "/tv/6"}) {
    server_.server().On(std::string(path) + "/watch/providers", Reply{.status = 503});
  }

  EXPECT_EQ(Read(*Of("streaming_netflix")).size(), 6U);

  for (const ItemPtr& item : Read(*Of("streaming_new_releases"))) {
    EXPECT_FALSE(item->item.streaming.has_value()) << "no provider is known";
  }
}

TEST_F(TmdbStreamingTest, DoesNotRequestProvidersForOtherCategories) {
  server_.AddTitles("/movie/popular", "Film", 3);
  server_.AddTitles("/tv/popular", "Show", 3);

  for (const ItemPtr& item : Read(*Make(Options()))) EXPECT_FALSE(item->item.streaming.has_value());

  for (const auto& request : server_.server().requests()) {
    EXPECT_FALSE(request.path.ends_with("/providers"));
  }
}

}  // namespace
}  // namespace marquee::playlist
