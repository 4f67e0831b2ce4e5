// Health, readiness, version and metrics.
#include "services/gateway/routes/core/health.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class HealthTest : public RouteTest {
 protected:
  HealthTest() {
    routes_.AddPublicTo(router_);
    routes_.AddOpsTo(router_, HealthRoutes::MetricsFor::kLoopbackAndToken);
  }

  FakeMedia media_;
  FakeImages images_;
  FakeDevices devices_;
  HealthRoutes routes_{{.clock = clock_,
                        .metrics = metrics_,
                        .gate = gate_,
                        .media = media_,
                        .images = images_,
                        .devices = devices_,
                        .version = "1.2.3"}};
};

TEST_F(HealthTest, ReadyWithPlaylistOrAfter30Seconds) {
  EXPECT_EQ(Get("/readyz").status, 503);
  clock_.Advance(absl::Seconds(30));
  EXPECT_EQ(Get("/readyz").status, 200);
  routes_.BeginDrain();
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_EQ(Get("/livez").status, 200);
}

TEST_F(HealthTest, MetricsRequireLoopbackOrToken) {
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

TEST_F(HealthTest, DetailsRequireLoopbackOrToken) {
  media_.source_list = {
      {.name = "Den", .type = "jellyfin", .healthy = false, .error = "http://10.0.0.5: HTTP 401"}};
  for (const char* path : {"/health?detailed=true", "/api/health?detailed=true"}) {
    const Response stranger = Get(path);
    EXPECT_EQ(stranger.status, 401) << path;
    EXPECT_EQ(BodyOf(stranger).find("Den"), std::string::npos);
    EXPECT_EQ(Get(path, kWithToken).status, 200) << path;
    auto local = std::make_shared<Request>(*MakeRequest(Method::kGet, path));
    local->from_loopback = true;
    EXPECT_EQ(RunToEnd(router_.Handle(local)).status, 200) << path;
    for (const char* field : {"X-Forwarded-For", "X-Real-IP", "Via", "Forwarded",
                              "X-Forwarded-Host", "X-Forwarded-Proto"}) {
      auto proxied = std::make_shared<Request>(*MakeRequest(Method::kGet, path, {{field, "x"}}));
      proxied->from_loopback = true;
      EXPECT_EQ(RunToEnd(router_.Handle(proxied)).status, 401) << field;
    }
  }
  EXPECT_EQ(Get("/health").status, 200);
}

TEST_F(HealthTest, DetailedHealthIs200AndListsFailures) {
  media_.source_list = {{.name = "Den", .type = "jellyfin", .healthy = false, .error = "HTTP 401"}};
  const Response answer = Get("/health?detailed=true", kWithToken);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json(answer).at("status"), "error");
  EXPECT_NE(BodyOf(answer).find("HTTP 401"), std::string::npos);
}

TEST_F(HealthTest, NamesFailedSourceWithoutAddressToAllClients) {
  media_.source_list = {
      {.name = "Den",
       .type = "plex",
       .healthy = false,
       .error = "plex \"Den\": 10.0.0.6:32400: connection refused",
       .category = "unreachable"},
      {.name = "Attic",
       .type = "jellyfin",
       .healthy = false,
       .items = 7,
       .error = "jellyfin \"Attic\": https://nas.home/emby: HTTP 401; check its token",
       .category = "unauthorized"},
      {.name = "Posters", .type = "local", .items = 3},
      {.name = "New", .type = "tmdb", .pending = true},
      {.name = "Old", .type = "plex", .enabled = false}};
  const Response brief = Get("/health");
  EXPECT_EQ(boost::json::serialize(Json(brief).at("sources")),
            R"([{"name":"Den","type":"plex","state":"failed","category":"unreachable",)"
            R"("message":"cannot be reached","items":0},)"
            R"({"name":"Attic","type":"jellyfin","state":"stale","category":"unauthorized",)"
            R"("message":"does not accept its token or password","items":7},)"
            R"({"name":"Posters","type":"local","state":"ok","items":3},)"
            R"({"name":"New","type":"tmdb","state":"pending","items":0},)"
            R"({"name":"Old","type":"plex","state":"off","items":0}])");
  for (const std::string& body : {BodyOf(brief), BodyOf(Get("/health?detailed=true"))}) {
    for (const char* secret : {"10.0.0.6", "nas.home", "check its token"}) {
      EXPECT_EQ(body.find(secret), std::string::npos) << secret << " in " << body;
    }
  }
  EXPECT_NE(BodyOf(Get("/health?detailed=true", kWithToken)).find("check its token"),
            std::string::npos)
      << "the full error text is for authenticated callers";
}

TEST_F(HealthTest, DetailedHealthCountsConnectedDisplays) {
  Device device;
  device.presence = Presence::kOffline;
  devices_.device = device;
  EXPECT_NE(BodyOf(Get("/health?detailed=true", kWithToken)).find("0 of 1 displays are connected"),
            std::string::npos);
  device.presence = Presence::kLive;
  devices_.device = device;
  clock_.Advance(absl::Seconds(31));
  EXPECT_NE(BodyOf(Get("/health?detailed=true", kWithToken)).find("1 of 1 displays are connected"),
            std::string::npos);
}

}  // namespace
}  // namespace marquee::gateway
