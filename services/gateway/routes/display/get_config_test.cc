// GET /get-config: effective settings and their caching.
#include "services/gateway/routes/display/get_config.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class GetConfigTest : public RouteTest {
 protected:
  GetConfigTest() { routes_.AddTo(router_); }

  InlineExecutor executor_;
  FakeMedia media_;
  RenderedCache rendered_{{}, {.clock = clock_, .metrics = metrics_, .executor = executor_}};
  const AddressList bypass_;
  SettingsDirectory settings_{clock_};
  GetConfigRoute routes_{
      {.media = media_, .rendered = rendered_, .bypass = bypass_, .settings = settings_}};
};

TEST_F(GetConfigTest, ContainsKeysInOrderAndNoSecrets) {
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

TEST_F(GetConfigTest, RendersAnewForRequestsWithNoCache) {
  const Response answer = Get("/get-config", {{"Cache-Control", "no-cache"}});
  EXPECT_TRUE(answer.headers.Get("ETag").starts_with("W/\""));
  EXPECT_FALSE(answer.headers.Has("X-Cache"));
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "private, no-cache");
  EXPECT_EQ(answer.headers.Get("Vary"), Get("/get-config").headers.Get("Vary"));
}

}  // namespace
}  // namespace marquee::gateway
