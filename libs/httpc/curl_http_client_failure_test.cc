// Limits, and error messages of failed requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client_fixture.h"
#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::testing::HasSubstr;
using ::testing::Not;
using Ending = FakeHttpServer::Ending;

TEST_F(CurlHttpClientTest, RejectsRequestsBeyondMaxInFlight) {
  Make({.max_in_flight = 1});
  server_.On("/hang", {.ending = Ending::kHang});
  PendingFetch first(*client_, Request("/hang"), Within(absl::Seconds(20)));

  const auto second = Get("/hang");

  EXPECT_EQ(second.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(FailureOf(second.status()), Failure::kBusy);
}

TEST_F(CurlHttpClientTest, StopsReadingABodyAtTheLimit) {
  Make();
  server_.On("/announced", {.body = std::string(100'001, 'x')});
  server_.On("/endless", {.body = std::string(4096, 'x'), .ending = Ending::kEndless});
  server_.On("/fits", {.body = std::string(100'000, 'x')});
  for (const char* path : {"/announced", "/endless"}) {
    auto request = Request(path);
    request.max_body_bytes = 100'000;

    const auto response = Get(request);

    EXPECT_EQ(response.status().code(), absl::StatusCode::kResourceExhausted) << path;
    EXPECT_THAT(std::string(base::MessageOf(response.status())), HasSubstr("100000"));
  }
  auto request = Request("/fits");
  request.max_body_bytes = 100'000;
  EXPECT_TRUE(Get(request).ok());
}

TEST_F(CurlHttpClientTest, StopsReadingHeadersAtTheirLimit) {
  Make();
  FakeHttpServer::Reply reply;
  for (int i = 0; i < 80; ++i) reply.headers.emplace_back("X-Pad", std::string(1000, 'x'));
  server_.On("/", reply);

  EXPECT_EQ(FailureOf(Get("/").status()), Failure::kTooLarge);
}

TEST_F(CurlHttpClientTest, ReportsABrokenConnection) {
  Make();
  server_.On("/close", {.body = "0123456789", .ending = Ending::kCloseMidBody});
  server_.On("/reset", {.body = std::string(64, 'x'), .ending = Ending::kResetMidBody});
  server_.On("/nothing", {.ending = Ending::kRaw});

  for (const char* path : {"/close", "/reset", "/nothing"}) {
    const auto status = Get(path).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << path << status;
    EXPECT_EQ(FailureOf(status), Failure::kReset) << path << status;
  }
}

TEST_F(CurlHttpClientTest, ReportsARefusedConnection) {
  Make();
  std::string url;
  {
    const FakeHttpServer gone;
    url = gone.url("/Items?api_key=planted-secret");
  }
  auto request = Request("");
  request.url = url;

  const auto status = Get(request).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(FailureOf(status), Failure::kConnectionRefused);
  EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("is the server running"));
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-secret")));
}

TEST_F(CurlHttpClientTest, ReportsAServerThatDoesNotSpeakHttp) {
  Make();
  server_.On("/ssh", {.body = "SSH-2.0-OpenSSH_9.2\r\n", .ending = Ending::kRaw});
  auto tls = Request("/");
  tls.url = "https" + tls.url.substr(4);

  EXPECT_EQ(FailureOf(Get("/ssh").status()), Failure::kProtocol);
  EXPECT_EQ(FailureOf(Get(tls).status()), Failure::kTls);
}

TEST_F(CurlHttpClientTest, ReportsANameWithoutAddress) {
  Make();
  auto request = Request("/");
  // A label of more than 63 letters is rejected without a DNS query.
  request.url = "http://" + std::string(64, 'a') + ".invalid/";

  EXPECT_EQ(FailureOf(Get(request).status()), Failure::kDns);
}

}  // namespace
}  // namespace marquee::httpc
