// GET /get-media: selection, caching and states without a playlist.
#include "services/gateway/routes/display/get_media.h"

#include <gtest/gtest.h>

#include <set>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class GetMediaTest : public RouteTest {
 protected:
  GetMediaTest() { routes_.AddTo(router_); }

  InlineExecutor executor_;
  FakeMedia media_;
  RenderedCache rendered_{{}, {.clock = clock_, .metrics = metrics_, .executor = executor_}};
  FakeCatalog catalog_;
  SettingsDirectory settings_{clock_};
  const ImageUrlSigner signer_{{}, absl::Hours(24)};
  const MediaLinks links_{sealer_};
  GetMediaRoute routes_{{.clock = clock_,
                         .media = media_,
                         .catalog = catalog_,
                         .rendered = rendered_,
                         .settings = settings_,
                         .signer = signer_,
                         .links = links_,
                         .startup_wait = absl::Seconds(10)}};
};

TEST_F(GetMediaTest, ReturnsMissThenHitThen304) {
  media_.view = MakePlaylist(3);

  const Response first = Get("/get-media");
  const Response second = Get("/get-media");
  const std::string etag(first.headers.Get("ETag"));
  const Response third = Get("/get-media", {{"If-None-Match", etag}});

  EXPECT_EQ(Json(first).as_array().size(), 3U);
  EXPECT_EQ(first.headers.Get("X-Cache"), "MISS");
  EXPECT_EQ(first.headers.Get("Cache-Status"), "marquee-edge; fwd=miss; stored");
  EXPECT_FALSE(first.headers.Has("Cache-Control"));
  EXPECT_EQ(first.headers.Get("CDN-Cache-Control"),
            "max-age=5, stale-while-revalidate=60, stale-if-error=86400");
  EXPECT_FALSE(first.headers.Has("Age"));
  EXPECT_EQ(second.headers.Get("Age"), "0");
  EXPECT_EQ(second.headers.Get("X-Cache"), "HIT");
  EXPECT_EQ(second.headers.Get("Cache-Status"), "marquee-edge; hit");
  EXPECT_EQ(second.headers.Get("ETag"), etag);
  EXPECT_EQ(third.status, 304);
  EXPECT_EQ(third.headers.Get("X-Cache"), "HIT");
  EXPECT_EQ(BodyOf(third), "");
  const auto count = [&](const char* result) {
    return Counted("marquee_cache_requests_total",
                   {{"cache", "response"}, {"tier", "edge"}, {"result", result}});
  };
  EXPECT_EQ(count("miss"), 1);
  EXPECT_EQ(count("hit"), 2);
}

TEST_F(GetMediaTest, ServesNewPlaylistImmediately) {
  media_.view = MakePlaylist(3, "v1");
  const std::string etag(Get("/get-media").headers.Get("ETag"));

  media_.view = MakePlaylist(4, "v2");
  const Response answer = Get("/get-media", {{"If-None-Match", etag}});

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json(answer).as_array().size(), 4U);
}

TEST_F(GetMediaTest, EachCodingHasItsOwnEtag) {
  media_.view = MakePlaylist(50);

  const Response plain = Get("/get-media");
  const Response gzip = Get("/get-media", {{"Accept-Encoding", "gzip"}});
  const Response brotli = Get("/get-media", {{"Accept-Encoding", "br, gzip"}});

  EXPECT_EQ(gzip.headers.Get("Content-Encoding"), "gzip");
  EXPECT_EQ(brotli.headers.Get("Content-Encoding"), "br");
  EXPECT_LT(gzip.length, plain.length / 4);
  EXPECT_NE(plain.headers.Get("ETag"), gzip.headers.Get("ETag"));
  EXPECT_NE(brotli.headers.Get("ETag"), gzip.headers.Get("ETag"));
  EXPECT_EQ(gzip.headers.Get("Vary"), "Accept-Encoding, Origin");
}

TEST_F(GetMediaTest, SendsPlainBodyWhenTheExecutorIsFull) {
  media_.view = MakePlaylist(50);
  executor_.full = true;
  const Response answer = Get("/get-media", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.headers.Has("Content-Encoding"));
}

TEST_F(GetMediaTest, CountShufflesStablyPerBucket) {
  media_.view = MakePlaylist(200);

  const Response one = Get("/get-media?count=20", {{"Cookie", "pr_iid=screen-a"}});
  const Response again = Get("/get-media?count=20", {{"Cookie", "pr_iid=screen-a"}});
  const Response other = Get("/get-media?count=20", {{"Cookie", "pr_iid=screen-b"}});

  EXPECT_EQ(Json(one).as_array().size(), 20U);
  EXPECT_EQ(one.headers.Get("ETag"), again.headers.Get("ETag"));
  EXPECT_NE(one.headers.Get("ETag"), other.headers.Get("ETag"));
  EXPECT_EQ(one.headers.Get("Cache-Control"), "private, no-cache");
}

TEST_F(GetMediaTest, CountSelectsEachItemOnce) {
  media_.view = MakePlaylist(30);
  std::set<std::string> keys;
  const auto items = Json(Get("/get-media?count=1000")).as_array();
  for (const auto& item : items) keys.insert(std::string(item.at("key").as_string()));
  EXPECT_EQ(items.size(), 30U);
  EXPECT_EQ(keys.size(), 30U);
}

TEST_F(GetMediaTest, NocacheRendersAnewAndIsNotStored) {
  media_.view = MakePlaylist(3);
  for (const char* target : {"/get-media?nocache=1", "/get-media?nocache=true"}) {
    for (int i = 0; i < 2; ++i) {
      const Response answer = Get(target);
      EXPECT_EQ(answer.headers.Get("X-Cache"), "MISS");
      EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
    }
  }
}

TEST_F(GetMediaTest, FiltersBySource) {
  media_.view = MakePlaylist(3);
  EXPECT_EQ(Json(Get("/get-media?source=LOCAL")).as_array().size(), 3U);
  EXPECT_EQ(Json(Get("/get-media?source=plex")).as_array().size(), 0U);
}

// Sets the settings of all displays.
void Set(SettingsDirectory& directory, const std::string& json) {
  directory.BeginAnew();
  directory.Apply({.device_ids = {},
                   .identities = {},
                   .content_hash = "h",
                   .settings_json = json,
                   .removed = false});
}

MediaItem Album(const std::string& key) {
  MediaItem album;
  album.key = key;
  album.type = ItemType::kMusic;
  album.title = key;
  return album;
}

TEST_F(GetMediaTest, ReturnsAlbumsAndGamesToDisplaysConfiguredForThem) {
  media_.view = MakePlaylist(3);
  catalog_.items = std::vector<MediaItem>{Album("one"), Album("two")};
  EXPECT_EQ(Json(Get("/get-media?musicMode=1")).as_array().size(), 3U) << "switched off: ignored";
  EXPECT_EQ(catalog_.calls, 0);

  Set(settings_, R"({"wallartMode":{"musicMode":{"enabled":true}}})");

  for (const char* target : {"/get-media?musicMode=1", "/get-media?musicMode=true&count=60"}) {
    const auto albums = Json(Get(target)).as_array();
    ASSERT_EQ(albums.size(), 2U);
    EXPECT_EQ(albums.at(0).at("type"), "music");
  }
  EXPECT_EQ(catalog_.calls, 1) << "cached for ten minutes";
  EXPECT_EQ(Json(Get("/get-media?gamesOnly=1")).as_array().size(), 3U);
  EXPECT_EQ(Json(Get("/get-media")).as_array().size(), 3U);
}

TEST_F(GetMediaTest, ReturnsEmptyListWhenAlbumsAreUnavailable) {
  media_.view = MakePlaylist(3);
  Set(settings_, R"({"wallartMode":{"gamesOnly":true}})");
  catalog_.items = absl::UnavailableError("away");

  const Response answer = Get("/get-media?gamesOnly=1&excludeGames=1");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(BodyOf(answer), "[]");
}

TEST_F(GetMediaTest, FetchesExtrasOncePerTitleAndSealsTheirUrls) {
  media_.view = MakePlaylist(3);
  catalog_.extras = std::vector<Extra>{{.kind = "trailer",
                                        .name = "T",
                                        .url = "/media?server=Den&path=%2Fa",
                                        .site = "",
                                        .site_key = ""},
                                       {.kind = "theme",
                                        .name = "M",
                                        .url = "/media?server=Den&path=%2Fb",
                                        .site = "",
                                        .site_key = ""}};

  const auto items = Json(Get("/get-media?includeExtras=true&count=2")).as_array();
  Get("/get-media?includeExtras=true&count=2");

  ASSERT_EQ(items.size(), 2U);
  for (const auto& item : items) {
    EXPECT_TRUE(item.at("title").is_string());
    EXPECT_EQ(item.at("extras").as_array().size(), 2U);
    const std::string trailer(item.at("trailer").at("url").as_string());
    EXPECT_TRUE(links_.Opens(ParseTarget(trailer)->query));
    EXPECT_TRUE(item.at("themeUrl").is_string());
  }
  EXPECT_EQ(catalog_.calls, 2);
}

TEST_F(GetMediaTest, TitleWithoutExtrasIsUnchanged) {
  media_.view = MakePlaylist(2);
  catalog_.extras = absl::UnavailableError("away");
  const auto items = Json(Get("/get-media?includeExtras=true")).as_array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_FALSE(items.at(0).as_object().contains("extras"));
}

struct BadQuery {
  const char* target;
  const char* field;
};
class MediaValidation : public GetMediaTest, public ::testing::WithParamInterface<BadQuery> {};
TEST_P(MediaValidation, ErrorNamesTheField) {
  media_.view = MakePlaylist(1);
  const Response answer = Get(GetParam().target);
  ASSERT_EQ(answer.status, 400);
  const auto body = Json(answer).as_object();
  EXPECT_EQ(body.at("error"), "Invalid query parameters");
  EXPECT_EQ(body.at("details").at(0).at("field").as_string(), GetParam().field);
  EXPECT_TRUE(body.at("details").at(0).at("message").is_string());
  EXPECT_TRUE(body.contains("timestamp"));
}
INSTANTIATE_TEST_SUITE_P(Routes, MediaValidation,
                         ::testing::Values(BadQuery{"/get-media?count=5000", "count"},
                                           BadQuery{"/get-media?count=0", "count"},
                                           BadQuery{"/get-media?count=1.5", "count"},
                                           BadQuery{"/get-media?count=", "count"},
                                           BadQuery{"/get-media?count=99999999999", "count"},
                                           BadQuery{"/get-media?source=foo", "source"},
                                           BadQuery{"/get-media?excludeGames=yes", "excludeGames"},
                                           BadQuery{"/get-media?includeExtras=1", "includeExtras"},
                                           BadQuery{"/get-media?year=1899", "year"},
                                           BadQuery{"/get-media?offset=-1", "offset"}));

TEST_F(GetMediaTest, IgnoresUnknownParameters) {
  media_.view = MakePlaylist(1);
  EXPECT_EQ(Get("/get-media?type=movie&cb=1").status, 200);
}

TEST_F(GetMediaTest, HoldsRequestUntilTheFirstPlaylistArrives) {
  media_.arrives_while_waiting = MakePlaylist(2);
  const Response answer = Get("/get-media");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(media_.waited, absl::Seconds(10));
}

TEST_F(GetMediaTest, Returns202WithoutCachingWhileBuilding) {
  const Response building = Get("/get-media");
  EXPECT_EQ(building.status, 202);
  EXPECT_EQ(Json(building).at("status"), "building");
  EXPECT_EQ(Json(building).at("retryIn"), 2000);
  EXPECT_EQ(building.headers.Get("X-Cache"), "MISS");

  media_.view = MakePlaylist(1);
  EXPECT_EQ(Get("/get-media").status, 200);
}

TEST_F(GetMediaTest, Returns503WithoutPlaylistAndService) {
  media_.state_without = MediaState::kAway;
  const Response answer = Get("/get-media");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(Json(answer).at("status"), "failed");
}

}  // namespace
}  // namespace marquee::gateway
