// Routes on fakes of the neighbours, through the router, as the connection calls them.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "libs/rpc/error_info.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/routes/device_admin.h"
#include "services/gateway/routes/devices.h"
#include "services/gateway/routes/get_config.h"
#include "services/gateway/routes/get_media.h"
#include "services/gateway/routes/health.h"
#include "services/gateway/routes/image.h"
#include "services/gateway/routes/local_files.h"
#include "services/gateway/routes/pages.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/requests.h"
#include "services/gateway/testing/run.h"

namespace marquee::gateway {
namespace {

boost::json::value Json(const Response& response) { return boost::json::parse(BodyOf(response)); }

class RoutesTest : public ::testing::Test {
 protected:
  RoutesTest() {
    media_route_.AddTo(router_);
    config_route_.AddTo(router_);
    image_route_.AddTo(router_);
    local_route_.AddTo(router_);
    device_routes_.AddTo(router_);
    admin_routes_.AddTo(router_);
    health_.AddPublicTo(router_);
    health_.AddOpsTo(router_, HealthRoutes::MetricsFor::kLoopbackAndToken);
  }

  Response Ask(Method method, const std::string& target, Fields fields = {},
               std::string body = {}) {
    return RunToEnd(
        router_.Handle(MakeRequest(method, target, std::move(fields), std::move(body))));
  }
  Response Get(const std::string& target, Fields fields = {}) {
    return Ask(Method::kGet, target, std::move(fields));
  }
  Response Post(const std::string& target, const std::string& body, Fields fields = {}) {
    return Ask(Method::kPost, target, std::move(fields), body);
  }

  double Counted(const std::string& name, const obs::Labels& labels) {
    // The help text does not matter: the family is there already.
    return metrics_.counter(name, "", labels).value();
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  InlineExecutor executor_;
  FakeMedia media_;
  FakeImages images_;
  FakeDevices devices_;
  FakeArtwork artwork_;
  const AdminToken token_{"let-me-in"};
  const AddressList bypass_ = AddressList::Parse({"203.0.113.0/24"}).value();
  FixedWindow limit_{{}, clock_};
  RenderedCache rendered_{{}, {.clock = clock_, .metrics = metrics_, .executor = executor_}};
  ImageCache cache_{{}, {.clock = clock_, .metrics = metrics_, .images = images_}};
  const ImageUrlSigner signer_{{}, absl::Hours(24)};
  Router router_{{.clock = clock_, .metrics = metrics_, .version = "1.2.3"}};
  GetMediaRoute media_route_{{.clock = clock_,
                              .media = media_,
                              .rendered = rendered_,
                              .signer = signer_,
                              .cold_start_hold = absl::Seconds(10)}};
  SettingsDirectory settings_{clock_};
  GetConfigRoute config_route_{
      {.media = media_, .rendered = rendered_, .bypass = bypass_, .settings = settings_}};
  ImageRoute image_route_{
      {.clock = clock_, .metrics = metrics_, .cache = cache_, .signer = signer_}};
  LocalFilesRoute local_route_{artwork_};
  DeviceRoutes device_routes_{
      {.clock = clock_, .devices = devices_, .register_limit = limit_, .bypass = bypass_}};
  DeviceAdminRoutes admin_routes_{{.devices = devices_, .token = token_}};
  RequestLimits limits_{{}, clock_, metrics_};
  const Sealer sealer_{{}};
  const Sessions sessions_{sealer_, clock_};
  FakeAccounts accounts_;
  Gate gate_{{.clock = clock_,
              .token = token_,
              .sessions = sessions_,
              .accounts = accounts_,
              .limits = limits_}};
  HealthRoutes health_{{.clock = clock_,
                        .metrics = metrics_,
                        .gate = gate_,
                        .media = media_,
                        .images = images_,
                        .devices = devices_,
                        .version = "1.2.3"}};
};

// --- the router ---

TEST_F(RoutesTest, AnswersAnUnknownPathWithTheKnownShape) {
  const Response answer = Get("/nowhere");

  EXPECT_EQ(answer.status, 404);
  const auto body = Json(answer).as_object();
  EXPECT_EQ(body.at("error"), "Not Found");
  EXPECT_EQ(body.at("path"), "/nowhere");
  EXPECT_EQ(body.at("method"), "GET");
  EXPECT_TRUE(body.contains("timestamp"));
  EXPECT_TRUE(body.contains("requestId"));
  EXPECT_EQ(Counted("marquee_http_requests_total",
                    {{"method", "GET"}, {"path", "unmatched"}, {"status", "404"}}),
            1);
}

TEST_F(RoutesTest, RefusesAWrongMethodAndNamesTheRightOnes) {
  const Response answer = Post("/get-media", "");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.Get("Allow"), "OPTIONS, GET, HEAD");
}

TEST_F(RoutesTest, GivesAnInstallCookieOnceAndNotOnPictures) {
  const std::string cookie(Get("/api/version").headers.Get("Set-Cookie"));
  EXPECT_TRUE(cookie.starts_with("pr_iid="));
  EXPECT_TRUE(cookie.ends_with("; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax"));
  EXPECT_FALSE(Get("/api/version", {{"Cookie", "pr_iid=mine"}}).headers.Has("Set-Cookie"));
  EXPECT_FALSE(Get("/fallback-poster.png").headers.Has("Set-Cookie"));
}

TEST_F(RoutesTest, SaysItsVersionBelowApiOnly) {
  EXPECT_EQ(Get("/api/health").headers.Get("X-API-Version"), "1.2.3");
  EXPECT_FALSE(Get("/health").headers.Has("X-API-Version"));
}

TEST_F(RoutesTest, CountsByPatternNotByAddress) {
  Get("/api/devices/one", {{"X-API-Key", "let-me-in"}});
  Get("/api/devices/two", {{"X-API-Key", "let-me-in"}});
  EXPECT_EQ(Counted("marquee_http_requests_total",
                    {{"method", "GET"}, {"path", "/api/devices/:id"}, {"status", "404"}}),
            2);
}

TEST_F(RoutesTest, CountsWhatStrangersAskAndSaysSo) {
  RequestLimits limits({.api_per_minute = 2}, clock_, metrics_);
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .limits = &limits});
  router.Add(
      Method::kGet, "/api/thing",
      [](RequestPtr, std::string) -> asio::awaitable<Response> { co_return Response::Empty(204); },
      Access::kOpenApi);
  const auto ask = [&router] {
    return RunToEnd(router.Handle(MakeRequest(Method::kGet, "/api/thing")));
  };

  const Response first = ask();
  ask();
  const Response third = ask();

  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(first.headers.Get("RateLimit-Policy"), "2;w=60");
  EXPECT_EQ(first.headers.Get("RateLimit-Remaining"), "1");
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(third.headers.Get("Retry-After"), "30");
  EXPECT_EQ(Json(third).at("retryAfter"), 30);
}

TEST_F(RoutesTest, GuessingTokensEndsIn429AndTheRightOneStillOpens) {
  RequestLimits limits({.failures_per_15_minutes = 3}, clock_, metrics_);
  const Sealer sealer({});
  const Sessions sessions(sealer, clock_);
  FakeAccounts accounts;
  Gate gate({.clock = clock_,
             .token = token_,
             .sessions = sessions,
             .accounts = accounts,
             .limits = limits});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate});
  router.Add(
      Method::kGet, "/api/admin/thing",
      [](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return Response::Text(200, "text/plain", request->principal->name);
      },
      Access::kRead);
  const auto ask = [&router](const std::string& token) {
    return RunToEnd(
        router.Handle(MakeRequest(Method::kGet, "/api/admin/thing", {{"X-API-Key", token}})));
  };

  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("guess").status, 401);

  const Response refused = ask("guess");
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.headers.Get("Retry-After"), "");
  EXPECT_EQ(ask("let-me-in").status, 200);
  clock_.Advance(absl::Minutes(5));
  EXPECT_EQ(ask("guess").status, 401);
}

TEST_F(RoutesTest, LetsAllowedOriginsReadAndNoOthers) {
  const AnswerPolicy policy({.allowed_origins = {"https://wall.example"}});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .policy = &policy});
  media_route_.AddTo(router);
  media_.view = MakePlaylist(1);
  const auto ask = [&router](Method method, const std::string& origin) {
    return RunToEnd(router.Handle(MakeRequest(
        method, "/get-media", {{"Origin", origin}, {"Access-Control-Request-Method", "GET"}})));
  };

  const Response allowed = ask(Method::kGet, "https://wall.example");
  const Response other = ask(Method::kGet, "https://evil.example");
  const Response preflight = ask(Method::kOptions, "https://wall.example");

  EXPECT_EQ(allowed.headers.Get("Access-Control-Allow-Origin"), "https://wall.example");
  EXPECT_EQ(allowed.headers.Get("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(allowed.headers.Get("Vary"), "Accept-Encoding, Origin");
  EXPECT_FALSE(other.headers.Has("Access-Control-Allow-Origin"));
  EXPECT_EQ(preflight.status, 204);
  EXPECT_NE(preflight.headers.Get("Access-Control-Allow-Headers").find("X-Device-Id"),
            std::string::npos);
  EXPECT_FALSE(ask(Method::kOptions, "https://evil.example").headers.Has("Access-Control-Max-Age"));
}

TEST_F(RoutesTest, AnyOriginNeverComesWithCookies) {
  const AnswerPolicy policy({.allowed_origins = {"*"}});
  Response response = Response::Text(200, "text/plain", "x");
  policy.Apply(*MakeRequest(Method::kGet, "/", {{"Origin", "https://any.example"}}), response);
  EXPECT_EQ(response.headers.Get("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(response.headers.Has("Access-Control-Allow-Credentials"));
}

TEST_F(RoutesTest, PagesSayWhatTheyMayLoad) {
  const AnswerPolicy policy(
      {.content_security_policy = "default-src 'self'", .hsts = absl::Hours(1)});
  Response page = Response::Text(200, "text/html; charset=utf-8", "<!doctype html>");
  Response picture = Response::Text(200, "image/jpeg", "x");
  auto request = std::make_shared<Request>(*MakeRequest(Method::kGet, "/"));
  policy.Apply(*request, picture);
  EXPECT_FALSE(picture.headers.Has("Strict-Transport-Security"));
  request->secure = true;

  policy.Apply(*request, page);

  EXPECT_EQ(page.headers.Get("Content-Security-Policy"), "default-src 'self'");
  EXPECT_EQ(page.headers.Get("Strict-Transport-Security"), "max-age=3600");
  EXPECT_FALSE(picture.headers.Has("Content-Security-Policy"));
}

// --- /get-media ---

TEST_F(RoutesTest, MediaIsAMissThenAHitThenA304) {
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

TEST_F(RoutesTest, ANewPlaylistIsServedAtOnce) {
  media_.view = MakePlaylist(3, "v1");
  const std::string etag(Get("/get-media").headers.Get("ETag"));

  media_.view = MakePlaylist(4, "v2");
  const Response answer = Get("/get-media", {{"If-None-Match", etag}});

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json(answer).as_array().size(), 4U);
}

TEST_F(RoutesTest, EachCodingHasItsOwnTag) {
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

TEST_F(RoutesTest, MediaGoesOutPlainWhenThereIsNoTimeToCompress) {
  media_.view = MakePlaylist(50);
  executor_.full = true;
  const Response answer = Get("/get-media", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.headers.Has("Content-Encoding"));
}

TEST_F(RoutesTest, CountIsSeatedStableAndDiffersBetweenNeighbours) {
  media_.view = MakePlaylist(200);

  const Response one = Get("/get-media?count=20", {{"Cookie", "pr_iid=screen-a"}});
  const Response again = Get("/get-media?count=20", {{"Cookie", "pr_iid=screen-a"}});
  const Response other = Get("/get-media?count=20", {{"Cookie", "pr_iid=screen-b"}});

  EXPECT_EQ(Json(one).as_array().size(), 20U);
  EXPECT_EQ(one.headers.Get("ETag"), again.headers.Get("ETag"));
  EXPECT_NE(one.headers.Get("ETag"), other.headers.Get("ETag"));
  EXPECT_EQ(one.headers.Get("Cache-Control"), "private, no-cache");
}

TEST_F(RoutesTest, CountTakesEachItemOnce) {
  media_.view = MakePlaylist(30);
  std::set<std::string> keys;
  const auto items = Json(Get("/get-media?count=1000")).as_array();
  for (const auto& item : items) keys.insert(std::string(item.at("key").as_string()));
  EXPECT_EQ(items.size(), 30U);
  EXPECT_EQ(keys.size(), 30U);
}

TEST_F(RoutesTest, NocacheIsAlwaysFreshAndNeverStored) {
  media_.view = MakePlaylist(3);
  for (const char* target : {"/get-media?nocache=1", "/get-media?nocache=true"}) {
    for (int i = 0; i < 2; ++i) {
      const Response answer = Get(target);
      EXPECT_EQ(answer.headers.Get("X-Cache"), "MISS");
      EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
    }
  }
}

TEST_F(RoutesTest, MediaFiltersBySource) {
  media_.view = MakePlaylist(3);
  EXPECT_EQ(Json(Get("/get-media?source=LOCAL")).as_array().size(), 3U);
  EXPECT_EQ(Json(Get("/get-media?source=plex")).as_array().size(), 0U);
}

struct BadQuery {
  const char* target;
  const char* field;
};
class MediaValidation : public RoutesTest, public ::testing::WithParamInterface<BadQuery> {};
TEST_P(MediaValidation, NamesTheField) {
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

TEST_F(RoutesTest, MediaDropsUnknownParameters) {
  media_.view = MakePlaylist(1);
  EXPECT_EQ(Get("/get-media?type=movie&cb=1").status, 200);
}

TEST_F(RoutesTest, AColdStartHoldsTheRequestUntilThePlaylistComes) {
  media_.arrives_while_waiting = MakePlaylist(2);
  const Response answer = Get("/get-media");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(media_.waited, absl::Seconds(10));
}

TEST_F(RoutesTest, WithoutAPlaylistItSaysBuildingAndCachesNothing) {
  const Response building = Get("/get-media");
  EXPECT_EQ(building.status, 202);
  EXPECT_EQ(Json(building).at("status"), "building");
  EXPECT_EQ(Json(building).at("retryIn"), 2000);
  EXPECT_EQ(building.headers.Get("X-Cache"), "MISS");

  media_.view = MakePlaylist(1);
  EXPECT_EQ(Get("/get-media").status, 200);
}

TEST_F(RoutesTest, WithoutAPlaylistAndWithoutTheServiceItSaysFailed) {
  media_.state_without = MediaState::kAway;
  const Response answer = Get("/get-media");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(Json(answer).at("status"), "failed");
}

// --- /get-config ---

TEST_F(RoutesTest, ConfigHasItsKeysInOrderAndNoSecrets) {
  media_.source_list = {{.name = "Den", .type = "jellyfin", .enabled = true, .error = ""},
                        {.name = "Posters", .type = "local", .enabled = true, .error = ""}};

  const Response answer = Get("/get-config");

  const auto config = Json(answer).as_object();
  std::vector<std::string> keys;
  for (const auto& entry : config) keys.emplace_back(entry.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"clockWidget",
                                            "clockTimezone",
                                            "clockFormat",
                                            "syncEnabled",
                                            "syncAlignMaxDelayMs",
                                            "cinemaMode",
                                            "cinemaOrientation",
                                            "cinema",
                                            "wallartMode",
                                            "transitionIntervalSeconds",
                                            "backgroundRefreshMinutes",
                                            "showClearLogo",
                                            "showPoster",
                                            "showRottenTomatoes",
                                            "showMetadata",
                                            "rottenTomatoesMinimumScore",
                                            "transitionEffect",
                                            "effectPauseTime",
                                            "kenBurnsEffect",
                                            "uiScaling",
                                            "mediaServers",
                                            "localDirectory"}));
  EXPECT_EQ(boost::json::serialize(config.at("mediaServers")),
            R"([{"name":"Den","type":"jellyfin","enabled":true}])");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "public, max-age=30");
  EXPECT_EQ(answer.headers.Get("X-Cache"), "MISS");
  EXPECT_EQ(answer.headers.Get("ETag").size(), 34U);
  EXPECT_EQ(Get("/get-config").headers.Get("X-Cache"), "HIT");
}

TEST_F(RoutesTest, ConfigBypassesTheCacheForDisplaysThatSayNoCache) {
  const Response answer = Get("/get-config", {{"Cache-Control", "no-cache"}});
  EXPECT_TRUE(answer.headers.Get("ETag").starts_with("W/\""));
  EXPECT_FALSE(answer.headers.Has("X-Cache"));
  EXPECT_FALSE(answer.headers.Has("Cache-Control"));
}

// --- /image ---

TEST_F(RoutesTest, AnImageIsAMissThenAHitThenA304AndTheMetricsAgree) {
  images_.answer = MakeImage("jpeg bytes");
  const std::string target = "/image?server=Posters&path=%2Fa.jpg&v=1";

  const Response first = Get(target);
  const Response second = Get(target);
  const Response third = Get(target, {{"If-None-Match", std::string(first.headers.Get("ETag"))}});

  EXPECT_EQ(BodyOf(first), "jpeg bytes");
  EXPECT_EQ(first.headers.Get("X-Cache"), "MISS");
  EXPECT_EQ(first.headers.Get("Cache-Status"),
            "marquee-memory; fwd=miss, marquee-edge; fwd=miss; stored");
  EXPECT_EQ(first.headers.Get("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(second.headers.Get("X-Cache"), "HIT");
  EXPECT_EQ(second.headers.Get("Cache-Status"), "marquee-edge; hit");
  EXPECT_EQ(third.status, 304);
  EXPECT_EQ(BodyOf(third), "");
  EXPECT_EQ(images_.calls(), 1U);
  const auto edge = [&](const char* result) {
    return Counted("marquee_cache_requests_total",
                   {{"cache", "image"}, {"tier", "edge"}, {"result", result}});
  };
  EXPECT_EQ(edge("miss"), 1);
  EXPECT_EQ(edge("hit"), 2);
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "origin"}}), 1);
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "edge"}}), 2);
}

TEST_F(RoutesTest, APictureFromTheImageServicesMemoryIsAHit) {
  images_.answer = MakeImage("x", ImageTier::kMemory);
  const Response answer = Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(answer.headers.Get("X-Cache"), "HIT");
  EXPECT_EQ(answer.headers.Get("Cache-Status"),
            "marquee-memory; hit, marquee-edge; fwd=miss; stored");
  EXPECT_EQ(answer.headers.Get("Cache-Control"),
            "public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800");
}

TEST_F(RoutesTest, AnImageCanBeReadInRanges) {
  images_.answer = MakeImage("0123456789");
  const Response answer = Get("/image?server=a&path=%2Fb", {{"Range", "bytes=0-3"}});
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(BodyOf(answer), "0123");
}

class NoPicture : public RoutesTest, public ::testing::WithParamInterface<absl::Status> {};
TEST_P(NoPicture, LeadsToTheFallbackThatIsNotKept) {
  images_.answer = GetParam();
  const Response answer = Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.headers.Get("Location"), "/fallback-poster.png");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "fallback"}}), 1);
}
INSTANTIATE_TEST_SUITE_P(
    Routes, NoPicture,
    ::testing::Values(absl::NotFoundError("unknown server"),
                      absl::PermissionDeniedError("forbidden address"),
                      absl::FailedPreconditionError("no picture"),
                      rpc::WithReason(absl::UnavailableError("origin"), "ORIGIN_UNAVAILABLE"),
                      rpc::WithReason(absl::DeadlineExceededError("slow"), "ORIGIN_TIMEOUT"),
                      rpc::WithReason(absl::ResourceExhaustedError("big"), "TOO_LARGE")));

class Overload : public RoutesTest, public ::testing::WithParamInterface<absl::Status> {};
TEST_P(Overload, IsA503ThatADisplayDoesNotKeep) {
  images_.answer = GetParam();
  const Response answer = Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.headers.Get("Retry-After"), "");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "refused"}}), 1);
}
INSTANTIATE_TEST_SUITE_P(Routes, Overload,
                         ::testing::Values(absl::ResourceExhaustedError("busy"),
                                           absl::UnavailableError("away"),
                                           absl::DeadlineExceededError("slow"),
                                           absl::InternalError("bug")));

TEST_F(RoutesTest, APicturePastItsFreshnessStandsInForAnOriginThatFails) {
  images_.answer = MakeImage("old");
  Get("/image?server=a&path=%2Fb");
  clock_.Advance(absl::Minutes(71));  // past the time of silent revalidation
  images_.answer = absl::UnavailableError("away");

  const Response answer = Get("/image?server=a&path=%2Fb");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(BodyOf(answer), "old");
  EXPECT_EQ(answer.headers.Get("Cache-Status"), "marquee-edge; hit; detail=stale-if-error");
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "stale"}}), 1);
  EXPECT_EQ(Counted("marquee_cache_requests_total",
                    {{"cache", "image"}, {"tier", "edge"}, {"result", "stale"}}),
            1);
}

TEST_F(RoutesTest, APicturePastItsFreshnessIsRevalidatedWithoutItsBytes) {
  const Image image = MakeImage("same");
  images_.answer = image;
  Get("/image?server=a&path=%2Fb");
  clock_.Advance(absl::Minutes(71));  // past the time of silent revalidation
  Image unchanged;
  unchanged.not_modified = true;
  images_.answer = unchanged;

  EXPECT_EQ(BodyOf(Get("/image?server=a&path=%2Fb")), "same");
  EXPECT_EQ(images_.last_if_none_match, image.etag);
  EXPECT_EQ(Get("/image?server=a&path=%2Fb").headers.Get("Cache-Status"), "marquee-edge; hit");
  EXPECT_EQ(images_.calls(), 2U);
}

TEST_F(RoutesTest, WithSigningKeysOnlyPicturesOfThePlaylistAreServed) {
  const ImageUrlSigner signer({std::string(32, 'k')}, absl::Hours(24));
  Router router({.clock = clock_, .metrics = metrics_, .version = "1"});
  GetMediaRoute media({.clock = clock_,
                       .media = media_,
                       .rendered = rendered_,
                       .signer = signer,
                       .cold_start_hold = absl::ZeroDuration()});
  ImageRoute image({.clock = clock_, .metrics = metrics_, .cache = cache_, .signer = signer});
  media.AddTo(router);
  image.AddTo(router);
  media_.view = MakePlaylist(1);
  images_.answer = MakeImage("x");
  const auto ask = [&router](const std::string& target) {
    return RunToEnd(router.Handle(MakeRequest(Method::kGet, target)));
  };

  const std::string poster(Json(ask("/get-media")).at(0).at("posterUrl").as_string());

  EXPECT_EQ(ask(poster).status, 200);
  EXPECT_EQ(ask(poster + "&width=300").status, 200);
  EXPECT_EQ(ask("/image?server=Posters&path=%2Ffilm-0.jpg&v=1").status, 403);
  EXPECT_EQ(
      ask("/image?server=Posters&path=%2Fother.jpg" + poster.substr(poster.find("&v="))).status,
      403);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(ask(poster).status, 403);
}

class ImageValidation : public RoutesTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(ImageValidation, IsA400WithDetails) {
  images_.answer = MakeImage("x");
  const Response answer = Get(GetParam());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(Json(answer).at("error"), "Invalid image parameters");
  EXPECT_FALSE(Json(answer).at("details").as_array().empty());
  EXPECT_EQ(images_.calls(), 0U);
}
INSTANTIATE_TEST_SUITE_P(
    Routes, ImageValidation,
    ::testing::Values("/image", "/image?path=%2Fx", "/image?server=a",
                      "/image?url=file%3A%2F%2F%2Fetc", "/image?url=http%3A%2F%2Fa%20b%2F",
                      "/image?url=http%3A%2F%2F", "/image?url=javascript%3A1",
                      "/image?server=a&path=x", "/image?server=a&path=%2F%2Fevil",
                      "/image?server=a&path=%2Fa%2F..%2Fb", "/image?server=a&path=%2Fa%0Ab",
                      "/image?server=a&path=%2Fa%5Cb", "/image?server=a&path=http%3A%2F%2Fx",
                      "/image?server=a&path=%2Fb&width=0", "/image?server=a&path=%2Fb&width=4001",
                      "/image?server=a&path=%2Fb&quality=101", "/image?server=a&path=%2Fb&dpr=nan",
                      "/image?server=a&path=%2Fb&fit=tile"));

TEST_F(RoutesTest, ImageIgnoresUnknownParametersAndThoseThatChangeNothing) {
  images_.answer = MakeImage("x");
  Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(Get("/image?server=a&path=%2Fb&cb=1&dpr=2").headers.Get("X-Cache"), "HIT");
}

TEST_F(RoutesTest, AResizedImageIsKeptByFormat) {
  images_.answer = MakeImage("x");
  const std::string target = "/image?server=a&path=%2Fb&width=300";
  Get(target, {{"Accept", "image/webp,*/*"}});
  const Response other = Get(target, {{"Accept", "*/*"}});
  EXPECT_EQ(images_.calls(), 2U);
  EXPECT_EQ(other.headers.Get("Vary"), "Accept");
}

TEST_F(RoutesTest, TheFallbackPosterIsAnSvg) {
  const Response answer = Get("/fallback-poster.png");
  EXPECT_EQ(answer.headers.Get("Content-Type"), "image/svg+xml; charset=utf-8");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "public, max-age=86400");
  EXPECT_TRUE(BodyOf(answer).starts_with("<svg"));
}

// --- local files ---

class BadPack : public RoutesTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(BadPack, IsA400AndAsksNobody) {
  EXPECT_EQ(Get(GetParam()).status, 400);
  EXPECT_TRUE(artwork_.requests.empty());
}
INSTANTIATE_TEST_SUITE_P(Routes, BadPack,
                         ::testing::Values("/local-posterpack", "/local-posterpack?zip=a.zip",
                                           "/local-posterpack?zip=..%2Fa.zip&entry=poster",
                                           "/local-posterpack?zip=%252e%252e%2Fa.zip&entry=poster",
                                           "/local-posterpack?zip=%2Fa.zip&entry=poster",
                                           "/local-posterpack?zip=%5Ca.zip&entry=poster",
                                           "/local-posterpack?zip=C%3A%5Ca.zip&entry=poster",
                                           "/local-posterpack?zip=a.zip&entry=readme"));

TEST_F(RoutesTest, ServesAPosterpackEntry) {
  const Response answer = Get("/local-posterpack?zip=complete%2Fa.zip&entry=trailer");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(BodyOf(answer), "0123456789");
  EXPECT_EQ(answer.stream_length, 10U);
  EXPECT_EQ(artwork_.requests.back().zip, "complete/a.zip");
  EXPECT_TRUE(artwork_.requests.back().media);
}

TEST_F(RoutesTest, TellsTheLengthOfAPosterpackEntryForHead) {
  const Response answer = Ask(Method::kHead, "/local-posterpack?zip=a.zip&entry=poster");
  EXPECT_EQ(answer.stream_length, 10U);
  EXPECT_TRUE(artwork_.requests.back().header_only);
}

TEST_F(RoutesTest, LocalMediaAnswersRangesAnd304) {
  const Response range = Get("/local-media/motion/a%20b.mp4", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(range.status, 206);
  EXPECT_EQ(range.headers.Get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(BodyOf(range), "234");
  EXPECT_EQ(artwork_.requests.back().local_path, "motion/a b.mp4");

  const Response same = Get("/local-media/motion/a%20b.mp4",
                            {{"If-None-Match", std::string(range.headers.Get("ETag"))}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(BodyOf(same), "");
}

TEST_F(RoutesTest, CutsARangeOutOfWhatComesWhole) {
  artwork_.cuts = false;
  const Response part = Get("/local-media/a.jpg", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.headers.Get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part.stream_length, 3U);
  EXPECT_EQ(BodyOf(part), "234");
  EXPECT_EQ(BodyOf(Get("/local-media/a.jpg", {{"Range", "bytes=-2"}})), "89");
  EXPECT_EQ(Get("/local-media/a.jpg", {{"Range", "bytes=10-"}}).status, 416);
}

TEST_F(RoutesTest, LocalMediaServesNoOtherKindsOfFiles) {
  for (const char* target : {"/local-media/metadata.json", "/local-media/a.svg", "/local-media/",
                             "/local-media/.posterrama"}) {
    EXPECT_EQ(Get(target).status, 404) << target;
  }
  EXPECT_TRUE(artwork_.requests.empty());
}

TEST_F(RoutesTest, LocalFilesSayWhatWentWrong) {
  artwork_.failure = absl::NotFoundError("x");
  EXPECT_EQ(Get("/local-media/a.jpg").status, 404);
  artwork_.failure = absl::PermissionDeniedError("x");
  EXPECT_EQ(Get("/local-media/a.jpg").status, 400);
  artwork_.failure = absl::FailedPreconditionError("x");
  EXPECT_EQ(Get("/local-posterpack?zip=a.zip&entry=poster").status, 500);
  artwork_.failure = absl::UnavailableError("x");
  EXPECT_EQ(Get("/local-media/a.jpg").status, 503);
}

// --- devices ---

TEST_F(RoutesTest, RegistersADisplayByItsCookieFirst) {
  const Response answer =
      Post("/api/devices/register", R"({"installId":"body","hardwareId":"hw-1","name":"Hall"})",
           {{"Cookie", "pr_iid=cookie"}, {"X-Install-Id", "header"}});

  EXPECT_EQ(BodyOf(answer),
            R"({"deviceId":"device-1","secret":"secret-1","message":"registered"})");
  EXPECT_EQ(answer.headers.Get("RateLimit-Policy"), "10;w=60");
  EXPECT_EQ(answer.headers.Get("RateLimit-Remaining"), "9");
  EXPECT_EQ(devices_.last_register.identity.install_id, "cookie");
  EXPECT_EQ(devices_.last_register.identity.hardware_id, "hw-1");
  EXPECT_EQ(devices_.last_register.name, "Hall");
}

TEST_F(RoutesTest, TheEleventhRegistrationInAMinuteIsRefused) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Post("/api/devices/register", "{}").status, 200);

  const Response refused = Post("/api/devices/register", "{}");

  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Json(refused).at("path"), "/register");
  EXPECT_EQ(Json(refused).at("retryAfter"), 60);
  clock_.Advance(absl::Seconds(61));
  EXPECT_EQ(Post("/api/devices/register", "{}").status, 200);
}

TEST_F(RoutesTest, DoubtIsA503AndNeverA401) {
  for (const absl::Status& doubt :
       {absl::UnavailableError("x"), absl::DeadlineExceededError("x"), absl::InternalError("x"),
        absl::ResourceExhaustedError("x"), absl::NotFoundError("x")}) {
    devices_.heartbeat = doubt;
    devices_.checked = doubt;
    devices_.registered = doubt;
    EXPECT_EQ(Post("/api/devices/heartbeat", R"({"deviceId":"d","secret":"s"})").status, 503);
    EXPECT_EQ(Post("/api/devices/check", R"({"deviceId":"d","secret":"s"})").status, 503);
    EXPECT_EQ(Post("/api/devices/register", "{}").status, 503);
  }
}

TEST_F(RoutesTest, CheckSpeaksTheFiveAnswers) {
  EXPECT_EQ(BodyOf(Post("/api/devices/check", "{}", {{"Cookie", "pr_iid=x"}})),
            R"({"error":"missing_device_identifier"})");
  devices_.checked = Checked{CheckOutcome::kNotFound, ""};
  EXPECT_EQ(BodyOf(Post("/api/devices/check", R"({"deviceId":"d"})")),
            R"({"valid":false,"isRegistered":false,"reason":"device_not_found"})");
  devices_.checked = Checked{CheckOutcome::kSecretRequired, "d"};
  EXPECT_EQ(BodyOf(Post("/api/devices/check", "{}", {{"X-Hardware-Id", "hw"}})),
            R"({"valid":false,"isRegistered":true,"deviceId":"d","reason":"secret_required"})");
  devices_.checked = Checked{CheckOutcome::kValid, "d"};
  EXPECT_EQ(BodyOf(Post("/api/devices/check", R"({"deviceId":"d","secret":"s"})")),
            R"({"valid":true,"isRegistered":true,"deviceId":"d"})");
  devices_.checked = absl::UnauthenticatedError("wrong");
  const Response wrong = Post("/api/devices/check", R"({"deviceId":"d","secret":"s"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(Json(wrong).at("error"), "invalid_secret");
}

TEST_F(RoutesTest, AHeartbeatCarriesStateUpAndCommandsDownUnderBothNames) {
  Command command;
  command.id = "c1";
  command.type = "playback.next";
  command.created_at = absl::FromUnixMillis(1234);
  devices_.heartbeat = HeartbeatReply{{command}, true};

  const Response answer = Post(
      "/api/devices/heartbeat",
      R"({"deviceId":"d","secret":"s","userAgent":"TV","status":{"screen":{"w":1920,"h":1080,"dpr":1},"mode":"wallart","title":"Alien"}})");

  const std::string commands = R"([{"id":"c1","type":"playback.next","payload":{},"ts":1234}])";
  EXPECT_EQ(BodyOf(answer), R"({"ok":true,"reload":true,"queuedCommands":)" + commands +
                                R"(,"commandsQueued":)" + commands + "}");
  EXPECT_EQ(devices_.last_heartbeat.client_info.screen_width, 1920);
  EXPECT_EQ(devices_.last_heartbeat.client_info.mode, "wallart");
  EXPECT_NE(devices_.last_heartbeat.state_json.find("Alien"), std::string::npos);
}

TEST_F(RoutesTest, AHeartbeatIsRefusedForCertainReasonsOnly) {
  EXPECT_EQ(BodyOf(Post("/api/devices/heartbeat", "{}")), R"({"error":"missing_credentials"})");
  devices_.heartbeat = rpc::WithReason(absl::UnauthenticatedError("x"), "DEVICE_NOT_FOUND");
  const Response unknown = Post("/api/devices/heartbeat", R"({"deviceId":"d","secret":"s"})");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(BodyOf(unknown), R"({"error":"device_not_found"})");
}

TEST_F(RoutesTest, TellsWhetherAnAddressIsNotManaged) {
  EXPECT_EQ(BodyOf(Get("/api/devices/bypass-check")), R"({"bypass":false,"ip":"192.0.2.7"})");
}

TEST_F(RoutesTest, DeviceAdministrationNeedsTheToken) {
  for (const Fields& fields :
       {Fields{}, Fields{{"Authorization", "Bearer wrong"}}, Fields{{"X-API-Key", "let-me-i"}},
        Fields{{"Authorization", "Digest let-me-in"}}}) {
    EXPECT_EQ(Get("/api/devices", fields).status, 401);
    EXPECT_EQ(Get("/api/devices/d", fields).status, 401);
    EXPECT_EQ(Post("/api/devices/d/command", R"({"type":"t"})", fields).status, 401);
  }
  devices_.device = Device{};
  EXPECT_EQ(Get("/api/devices", {{"Authorization", "Bearer let-me-in"}}).status, 200);
  EXPECT_EQ(Get("/api/devices/d", {{"X-API-Key", "let-me-in"}}).status, 200);
}

TEST(AdminTokenTest, OpensForNobodyWhenThereIsNone) {
  const AdminToken none("");
  EXPECT_FALSE(none.Opens(*MakeRequest(Method::kGet, "/", {{"Authorization", "Bearer  "}})));
  EXPECT_FALSE(none.Opens(*MakeRequest(Method::kGet, "/", {{"X-API-Key", ""}})));
}

struct Sent {
  CommandState state;
  bool live;
  const char* query;
  int status;
  const char* body;
};
class SendingACommand : public RoutesTest, public ::testing::WithParamInterface<Sent> {};
TEST_P(SendingACommand, SaysWhatBecameOfIt) {
  CommandSent sent;
  sent.live = GetParam().live;
  sent.command.id = "c";
  sent.command.type = "t";
  sent.command.state = GetParam().state;
  devices_.sent = sent;

  const Response answer = Post(std::string("/api/devices/d/command") + GetParam().query,
                               R"({"type":"t"})", {{"X-API-Key", "let-me-in"}});

  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(BodyOf(answer), GetParam().body);
}
INSTANTIATE_TEST_SUITE_P(
    Routes, SendingACommand,
    ::testing::Values(
        Sent{CommandState::kSent, true, "", 200, R"({"queued":false,"live":true})"},
        Sent{CommandState::kQueued, false, "", 200,
             R"({"queued":true,"live":false,"command":{"id":"c","type":"t","payload":{},"ts":0}})"},
        Sent{CommandState::kAcked, true, "?wait=true", 200,
             R"({"queued":false,"live":true,"ack":{"status":"ok","info":null}})"},
        Sent{CommandState::kFailed, true, "?wait=true", 200,
             R"({"queued":false,"live":true,"ack":{"status":"error","info":null}})"},
        Sent{CommandState::kSent, true, "?wait=true", 202,
             R"({"queued":false,"live":true,"ack":{"status":"timeout"}})"}));

TEST_F(RoutesTest, ACommandNeedsATypeAndADevice) {
  const Fields admin{{"X-API-Key", "let-me-in"}};
  EXPECT_EQ(BodyOf(Post("/api/devices/d/command", "{}", admin)), R"({"error":"type_required"})");
  EXPECT_EQ(Post("/api/devices/d/command", R"({"type":"t"})", admin).status, 404);
}

// --- health ---

TEST_F(RoutesTest, IsReadyWithAPlaylistOrAfterHalfAMinuteWithout) {
  EXPECT_EQ(Get("/readyz").status, 503);
  clock_.Advance(absl::Seconds(30));
  EXPECT_EQ(Get("/readyz").status, 200);
  health_.BeginDrain();
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_EQ(Get("/livez").status, 200);
}

TEST_F(RoutesTest, MetricsAreForThisMachineAndHoldersOfTheToken) {
  EXPECT_EQ(Get("/metrics").status, 401);
  EXPECT_EQ(Get("/metrics", {{"X-API-Key", "let-me-in"}}).status, 200);
  accounts_.tokens["scraper"] = {
      .id = "1", .name = "prometheus", .scope = Scope::kMetrics, .hint = ""};
  EXPECT_EQ(Get("/metrics", {{"X-API-Key", "scraper"}}).status, 200);

  auto local = std::make_shared<Request>(*MakeRequest(Method::kGet, "/metrics"));
  local->from_loopback = true;
  EXPECT_EQ(RunToEnd(router_.Handle(local)).status, 200);
  auto proxied = std::make_shared<Request>(
      *MakeRequest(Method::kGet, "/metrics", {{"X-Forwarded-For", "198.51.100.1"}}));
  proxied->from_loopback = true;
  EXPECT_EQ(RunToEnd(router_.Handle(proxied)).status, 401);
}

TEST_F(RoutesTest, DetailedHealthIs200AndNamesWhatIsWrong) {
  media_.source_list = {{.name = "Den", .type = "jellyfin", .healthy = false, .error = "HTTP 401"}};
  const Response answer = Get("/health?detailed=true");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json(answer).at("status"), "error");
  EXPECT_NE(BodyOf(answer).find("HTTP 401"), std::string::npos);
}

// --- pages ---

TEST_F(RoutesTest, ServesPagesFreshAndVersionedFilesForGood) {
  const testing::TempDir dir;
  dir.Write("wallart.html", "<!doctype html>");
  dir.Write("app/wall.js", std::string(2000, ' '));
  dir.Write(".hidden/secret", "x");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);

  EXPECT_EQ(Get("/wallart").headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(Get("/wallart.html").headers.Get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(Get("/screensaver").status, 404);
  const Response script = Get("/web/app/wall.js?v=1", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(script.headers.Get("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.headers.Get("Content-Encoding"), "gzip");
  EXPECT_EQ(Get("/web/app/wall.js").headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(Get("/web/.hidden/secret").status, 404);
  EXPECT_EQ(Get("/web//wallart.html").status, 404);
}

TEST_F(RoutesTest, AChangedPageIsReadAgain) {
  const testing::TempDir dir;
  const auto path = dir.Write("wallart.html", "old");
  const auto files = StaticFiles::Load(dir.path()).value();
  dir.Write("wallart.html", "new");
  std::filesystem::last_write_time(path,
                                   std::filesystem::last_write_time(path) + std::chrono::hours(1));
  EXPECT_EQ(*files->Find("wallart.html")->plain, "new");
}

}  // namespace
}  // namespace marquee::gateway
