#include "services/gateway/routes/admin/metrics_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;

TEST(TrafficLogTest, RecordsEachMinuteOfTheLastDay) {
  TrafficLog log;
  log.Note(200, absl::Milliseconds(4), absl::Minutes(10));
  log.Note(404, absl::Milliseconds(4), absl::Minutes(10));
  log.Note(503, absl::Milliseconds(40), absl::Minutes(11));

  const absl::Duration now = absl::Minutes(12);

  EXPECT_EQ(log.Last(1, now).requests, 0);
  EXPECT_EQ(log.Last(2, now).server_errors, 1);
  EXPECT_EQ(log.Last(60, now).requests, 3);
  EXPECT_EQ(log.Last(60, now).errors(), 2);
  EXPECT_DOUBLE_EQ(log.Last(60, now).average_ms(), 16);
  EXPECT_EQ(log.Last(60, now + absl::Hours(25)).requests, 0);
  // The same ring slot, one day later.
  log.Note(200, absl::Milliseconds(1), absl::Minutes(10) + absl::Hours(24));
  EXPECT_EQ(log.Last(1, absl::Minutes(10) + absl::Hours(24)).requests, 1);
}

TEST(TrafficLogTest, PercentilesAreWithinTheirClass) {
  TrafficLog log;
  for (int i = 0; i < 90; ++i) log.Note(200, absl::Milliseconds(1.5), absl::ZeroDuration());
  for (int i = 0; i < 10; ++i) log.Note(200, absl::Milliseconds(150), absl::ZeroDuration());
  const TrafficSpan span = log.Last(1, absl::ZeroDuration());
  EXPECT_GT(span.PercentileMs(0.5), 1);
  EXPECT_LE(span.PercentileMs(0.5), 2);
  EXPECT_GT(span.PercentileMs(0.99), 100);
  EXPECT_LE(span.PercentileMs(0.99), 200);
  EXPECT_EQ(TrafficSpan().PercentileMs(0.5), 0);
}

TEST(TrafficLogTest, StepsSumToTheTotal) {
  TrafficLog log;
  for (int minute = 0; minute < 30; ++minute) {
    log.Note(200, absl::Milliseconds(1), absl::Minutes(minute));
  }
  const auto series = log.Series(30, 20, absl::Minutes(29));
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].requests, 20);
  EXPECT_EQ(series[1].requests, 10);
}

class MetricsViewsTest : public RouteTest {
 protected:
  MetricsViewsTest() {
    views_.AddTo(counting_);
    counting_.Add(Method::kGet, "/thing/:id",
                  [](RequestPtr, const std::string& id) -> asio::awaitable<Response> {
                    co_return Response::Empty(id == "a" ? 204 : 404);
                  });
  }

  Response View(const std::string& name) {
    return RunToEnd(
        counting_.Handle(MakeRequest(Method::kGet, "/api/v1/metrics/" + name, kWithToken)));
  }
  void Ask(const std::string& target) {
    RunToEnd(counting_.Handle(MakeRequest(Method::kGet, target)));
  }

  TrafficLog traffic_;
  InlineExecutor executor_;
  FakeImages images_;
  RenderedCache rendered_{{}, {.clock = clock_, .metrics = metrics_, .executor = executor_}};
  ImageCache cache_{{}, {.clock = clock_, .metrics = metrics_, .images = images_}};
  Router counting_{
      {.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate_, .traffic = &traffic_}};
  MetricsViews views_{{.clock = clock_,
                       .metrics = metrics_,
                       .router = counting_,
                       .traffic = traffic_,
                       .images = cache_,
                       .rendered = rendered_}};
};

TEST_F(MetricsViewsTest, RequireAnyToken) {
  accounts_.tokens["scraper"] = {.id = "1", .name = "p", .scope = Scope::kMetrics, .hint = ""};
  for (const char* view : {"performance", "endpoints", "errors", "cache", "system", "realtime",
                           "history", "dashboard", "export"}) {
    const std::string path = std::string("/api/v1/metrics/") + view;
    EXPECT_EQ(RunToEnd(counting_.Handle(MakeRequest(Method::kGet, path))).status, 401) << view;
    const Fields scraper{{"X-API-Key", "scraper"}};
    EXPECT_EQ(RunToEnd(counting_.Handle(MakeRequest(Method::kGet, path, scraper))).status, 200);
  }
}

TEST_F(MetricsViewsTest, CountResponses) {
  Ask("/thing/a");
  Ask("/thing/b");
  Ask("/thing/c");

  const auto errors = Json(View("errors"));
  EXPECT_EQ(errors.at("totalErrors"), 2);
  EXPECT_EQ(errors.at("errorsByStatus").at("4xx"), 2);
  const auto endpoints = Json(View("endpoints")).at("endpoints").as_array();
  const auto thing = std::ranges::find_if(
      endpoints, [](const auto& one) { return one.at("path") == "GET /thing/:id"; });
  ASSERT_NE(thing, endpoints.end());
  EXPECT_EQ(thing->at("requestCount"), 3);
  EXPECT_EQ(thing->at("totalErrors"), 2);
  EXPECT_GE(Json(View("dashboard")).at("summary").at("totalRequests").as_int64(), 3);
  const auto history = Json(View("history?period=15m")).at("dataPoints").as_array();
  ASSERT_EQ(history.size(), 15U);
  EXPECT_EQ(history.back().at("errors"), 2);
  EXPECT_EQ(View("history?period=2h").status, 400);
}

TEST_F(MetricsViewsTest, ReportProcessMemoryAndCpu) {
  const auto system = Json(View("system"));
  EXPECT_GT(system.at("memory").at("used").to_number<double>(), 1);
  EXPECT_GE(system.at("cpu").at("cores").to_number<double>(), 1);
  EXPECT_THAT(BodyOf(View("export?format=prometheus")), HasSubstr("marquee_http_requests_total"));
  EXPECT_TRUE(Json(View("export")).at("metrics").at("performance").is_object());
  EXPECT_EQ(View("export?format=xml").status, 400);
}

TEST_F(MetricsViewsTest, CountUnknownPagesUnderOneName) {
  for (const char* body : {R"({"mode":"wallart"})", R"({"mode":"made up"})", "x"}) {
    EXPECT_EQ(RunToEnd(counting_.Handle(
                           MakeRequest(Method::kPost, "/api/v1/metrics/track-display", {}, body)))
                  .status,
              200);
  }
  EXPECT_EQ(Counted("marquee_gateway_page_views_total", {{"page", "wallart"}}), 1);
  EXPECT_EQ(Counted("marquee_gateway_page_views_total", {{"page", "other"}}), 2);
}

}  // namespace
}  // namespace marquee::gateway
