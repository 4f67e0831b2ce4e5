#include "services/gateway/routes/admin/operations.h"

#include <gtest/gtest.h>

#include "libs/testing/capturing_logger.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class OperationsTest : public RouteTest {
 protected:
  OperationsTest() { routes_.AddTo(router_); }

  double Reports(const std::string& directive) {
    return Counted("marquee_gateway_csp_reports_total", {{"directive", directive}});
  }

  testing::CapturingLogger logger_;
  FakeMedia media_;
  FakeImages images_;
  FakeDevices devices_;
  OperationsRoutes routes_{{.clock = clock_,
                            .logger = logger_,
                            .metrics = metrics_,
                            .media = media_,
                            .images = images_,
                            .devices = devices_,
                            .version = "1.2.3"}};
};

TEST_F(OperationsTest, StatusRequiresAuthentication) {
  media_.view = MakePlaylist(3);
  EXPECT_EQ(Get("/api/admin/status").status, 401);
  clock_.Advance(absl::Seconds(90));
  const auto status = Json(Get("/api/admin/status", kWithToken));
  EXPECT_EQ(status.at("version"), "1.2.3");
  EXPECT_EQ(status.at("uptime"), 90);
  EXPECT_EQ(status.at("playlist").at("items"), 3);
  EXPECT_EQ(status.at("services").at("playlist"), true);
}

TEST_F(OperationsTest, CountsCspReportsInBothFormats) {
  const Response first = Post("/csp-report", R"({"csp-report":{"violated-directive":
      "script-src-elem 'self'","blocked-uri":"https://evil.example/x.js"}})");
  Post("/csp-report", R"([{"type":"csp-violation","body":{"effectiveDirective":"frame-src"}}])");
  Post("/csp-report", R"({"csp-report":{"violated-directive":"made-up"}})");

  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(Reports("script-src"), 1);
  EXPECT_EQ(Reports("frame-src"), 1);
  EXPECT_EQ(Reports("other"), 1);
}

TEST_F(OperationsTest, IgnoresBodiesThatAreNotReports) {
  for (const char* body : {"", "x", "[]", "[1]", "{}", R"({"csp-report":1})"}) {
    EXPECT_EQ(Post("/csp-report", body).status, 204) << body;
  }
  EXPECT_EQ(Reports("other"), 0);
}

}  // namespace
}  // namespace marquee::gateway
