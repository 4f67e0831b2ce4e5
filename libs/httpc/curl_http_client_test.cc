// Responses and connections of CurlHttpClient.
#include "libs/httpc/curl_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <vector>

#include "libs/httpc/curl_http_client_fixture.h"

namespace marquee::httpc {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::testing::HasSubstr;

TEST_F(CurlHttpClientTest, FetchesABodyWithItsHeaders) {
  Make();
  server_.On("/Items",
             {.headers = {{"ETag", "\"v1\""}, {"Content-Type", "application/json"}}, .body = "{}"});

  const auto response = Get("/Items?Limit=1");

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->head.status, 200);
  EXPECT_EQ(response->head.etag(), "\"v1\"");
  EXPECT_EQ(response->head.content_type(), "application/json");
  EXPECT_EQ(response->head.content_length(), 2u);
  EXPECT_EQ(response->body, "{}");
  const auto request = server_.requests().at(0);
  EXPECT_EQ(request.query, "Limit=1");
  EXPECT_EQ(request.header("user-agent"), "Marquee/test");
  EXPECT_THAT(request.header("accept-encoding"), HasSubstr("gzip"));
}

TEST_F(CurlHttpClientTest, SendsConditionsAndPassesOn304) {
  Make();
  server_.On("/Items", [](const FakeHttpServer::Request& request) {
    return FakeHttpServer::Reply{.status = request.header("if-none-match") == "\"v1\"" ? 304 : 200,
                                 .headers = {{"ETag", "\"v1\""}}};
  });
  auto request = Request("/Items");
  request.headers = {{"If-None-Match", "\"v1\""}};

  const auto response = Get(request);

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->head.status, 304);
  EXPECT_TRUE(response->body.empty());
}

TEST_F(CurlHttpClientTest, ReturnsErrorStatusesAsResponses) {
  Make();
  server_.On("/Items", {.status = 503, .headers = {{"Retry-After", "7"}}, .body = "later"});

  const auto response = Get("/Items");

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->head.status, 503);
  EXPECT_EQ(response->head.retry_after(clock_.Now()), absl::Seconds(7));
  EXPECT_EQ(response->body, "later");
  EXPECT_EQ(
      Counted("marquee_upstream_requests_total", {{"upstream", "Den"}, {"result", "http_5xx"}}), 1);
}

TEST_F(CurlHttpClientTest, ReusesConnectionsAndCountsThem) {
  Make();
  server_.On("/a", {.body = "a"});

  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Get("/a").ok());

  EXPECT_EQ(server_.connections(), 1u);
  EXPECT_EQ(Counted("marquee_upstream_connections_total", {{"upstream", "Den"}, {"kind", "new"}}),
            1);
  EXPECT_EQ(
      Counted("marquee_upstream_connections_total", {{"upstream", "Den"}, {"kind", "reused"}}), 19);
  EXPECT_EQ(Counted("marquee_upstream_requests_total", {{"upstream", "Den"}, {"result", "ok"}}),
            20);
}

TEST_F(CurlHttpClientTest, LimitsConnectionsPerHost) {
  Make({.connections_per_host = 3});
  std::latch three_are_in(3);
  server_.On("/slow", [&](const FakeHttpServer::Request&) {
    if (!three_are_in.try_wait()) three_are_in.count_down();
    three_are_in.wait();
    return FakeHttpServer::Reply{.body = "x"};
  });

  std::vector<PendingFetch> pending;
  for (int i = 0; i < 12; ++i) {
    pending.emplace_back(*client_, Request("/slow"), Within(absl::Seconds(20)));
  }

  for (auto& fetch : pending) EXPECT_TRUE(fetch.Wait().ok());
  EXPECT_EQ(server_.most_open(), 3u);
  EXPECT_EQ(server_.connections(), 3u);
}

TEST_F(CurlHttpClientTest, HeadRequestsHaveNoBody) {
  Make();
  server_.On("/image", {.body = std::string(5000, 'x')});
  auto request = Request("/image");
  request.method = HttpRequest::Method::kHead;
  request.max_body_bytes = 10;

  const auto response = Get(request);

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->head.header("content-length"), "5000");
  EXPECT_TRUE(response->body.empty());
}

}  // namespace
}  // namespace marquee::httpc
