#include "services/gateway/routes/admin/logs.h"

#include <gtest/gtest.h>

#include "services/gateway/routes/admin/admin_events.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class LogRoutesTest : public RouteTest {
 protected:
  LogRoutesTest() {
    routes_.AddTo(router_);
    log_.Info("first", {{"items", 24}});
    log_.Warn("second");
    log_.Error("third");
  }

  std::vector<std::string> MessagesAt(const std::string& target) {
    std::vector<std::string> messages;
    const boost::json::value lines = Json(Get(target, kWithToken));
    for (const auto& line : lines.as_array()) {
      messages.emplace_back(line.at("message").as_string());
    }
    return messages;
  }

  obs::JsonLogger log_{"test", obs::Level::kInfo, metrics_};
  LogRoutes routes_{{.clock = clock_, .log = &log_}};
};

TEST_F(LogRoutesTest, ReturnsNewestLinesFirst) {
  const Response response = Get("/api/admin/logs", kWithToken);

  EXPECT_EQ(response.headers.Get("Cache-Control"), "no-store");
  const boost::json::value lines = Json(response);
  ASSERT_EQ(lines.as_array().size(), 3);
  EXPECT_EQ(lines.at(0).at("message").as_string(), "third");
  EXPECT_EQ(lines.at(0).at("level").as_string(), "ERROR");
  EXPECT_EQ(lines.at(2).at("items").as_int64(), 24);
  EXPECT_TRUE(lines.at(2).at("timestamp").is_string());
}

TEST_F(LogRoutesTest, LevelFilterIncludesMoreSevereLines) {
  EXPECT_EQ(MessagesAt("/api/admin/logs?level=warn"),
            (std::vector<std::string>{"third", "second"}));
  EXPECT_EQ(MessagesAt("/api/admin/logs?level=silly&limit=1&offset=1"),
            (std::vector<std::string>{"second"}));
  EXPECT_EQ(Get("/api/admin/logs?level=loud", kWithToken).status, 400);
  EXPECT_EQ(Get("/api/admin/logs?limit=0", kWithToken).status, 400);
}

TEST_F(LogRoutesTest, ChangesTheLevelAtRunTime) {
  log_.Debug("unheard");
  EXPECT_EQ(BodyOf(Get("/api/admin/logs/level", kWithToken)), R"({"level":"info"})");

  const Response changed = Post("/api/admin/logs/level", R"({"level":"http"})", kWithToken);
  log_.Debug("heard");

  EXPECT_EQ(BodyOf(changed), R"({"success":true,"oldLevel":"info","newLevel":"debug"})");
  EXPECT_EQ(MessagesAt("/api/admin/logs?limit=1"), (std::vector<std::string>{"heard"}));
  for (const char* body : {R"({"level":"loud"})", "{}", "level=info", ""}) {
    EXPECT_EQ(Post("/api/admin/logs/level", body, kWithToken).status, 400) << body;
  }
}

TEST_F(LogRoutesTest, RequiresAuthentication) {
  EXPECT_EQ(Get("/api/admin/logs").status, 401);
  EXPECT_EQ(Get("/api/admin/logs/level").status, 401);
  EXPECT_EQ(Post("/api/admin/logs/level", R"({"level":"error"})").status, 401);
  EXPECT_EQ(log_.minimum(), obs::Level::kInfo);
}

TEST_F(LogRoutesTest, LinesAreSentAsEventsAndDroppedWhenTheQueueIsFull) {
  EventFeed feed;
  AdminEvents events({.stream = {.max_queued = 3}},
                     {.clock = clock_, .feed = feed, .metrics = metrics_, .log = &log_.tail()});
  events.AddTo(router_);
  const Response response = Get("/api/admin/events", kWithToken);
  const auto next = [&response] { return *RunToEnd(response.stream->Next()); };
  next();

  for (int i = 0; i < 10; ++i) log_.Warn("line", {{"i", i}});

  const std::string told = next();
  EXPECT_NE(told.find("event: log\ndata: {"), std::string::npos) << told;
  EXPECT_NE(told.find(R"("level":"WARN","message":"line","i":2})"), std::string::npos) << told;
  EXPECT_EQ(told.find(R"("i":3})"), std::string::npos) << "the queue was full";
  log_.Warn("afterwards");
  EXPECT_NE(next().find("afterwards"), std::string::npos);
}

}  // namespace
}  // namespace marquee::gateway
