#include "services/gateway/routes/admin/playlist_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;

class PlaylistAdminTest : public RouteTest {
 protected:
  PlaylistAdminTest() {
    admin_.AddTo(router_);
    media_.view = MakePlaylist(3);
  }
  Response Ask(Method method, const std::string& target) {
    return RouteTest::Ask(method, target, kWithToken);
  }

  FakeMedia media_;
  FakeCatalog catalog_;
  PlaylistAdminRoutes admin_{
      {.clock = clock_, .metrics = metrics_, .media = media_, .catalog = catalog_}};
};

TEST_F(PlaylistAdminTest, RefreshReportsTheResultOfEachSource) {
  catalog_.refreshed =
      RefreshOutcome{.items = 7, .sources = {{.name = "Den", .items = 7, .error = ""}}};
  EXPECT_THAT(
      BodyOf(Ask(Method::kPost, "/api/admin/refresh-media")),
      HasSubstr(R"("itemCount":7,"cacheCleared":true,"sources":[{"name":"Den","items":7}])"));
  EXPECT_TRUE(catalog_.refreshed_in_full) << "without the check for changes";
  Ask(Method::kPost, "/api/admin/refresh-media?full=false");
  EXPECT_FALSE(catalog_.refreshed_in_full);
  catalog_.refreshed = absl::UnavailableError("away");
  EXPECT_EQ(Ask(Method::kPost, "/api/admin/refresh-media").status, 503);
  EXPECT_EQ(Post("/api/admin/refresh-media", "").status, 401);
}

TEST_F(PlaylistAdminTest, ReportsPlaylistVersionAndSourceStates) {
  media_.source_list = {{.name = "Den", .type = "plex", .healthy = false, .error = "HTTP 401"}};
  EXPECT_THAT(BodyOf(Ask(Method::kGet, "/api/admin/debug-cache")), HasSubstr(R"("itemCount":3)"));
  EXPECT_THAT(BodyOf(Ask(Method::kGet, "/api/admin/source-status")), HasSubstr("HTTP 401"));
  EXPECT_EQ(Ask(Method::kGet, "/api/media/fallback-metrics").status, 200);
}

TEST_F(PlaylistAdminTest, ResetRefreshHasNoEffect) {
  EXPECT_THAT(BodyOf(Ask(Method::kPost, "/api/admin/reset-refresh")),
              HasSubstr("Nothing to reset"));
  const Response page = Get("/reset-refresh");
  EXPECT_EQ(page.headers.Get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(BodyOf(page), HasSubstr("Nothing to reset"));
  EXPECT_EQ(catalog_.calls, 0) << "an unauthenticated request must not cause a refresh";
}

}  // namespace
}  // namespace marquee::gateway
