// Security rules of the client: addresses, redirects and credentials.
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

TEST_F(CurlHttpClientTest, ConnectsToPrivateAddressesOnlyForConfiguredServers) {
  Make();
  server_.On("/a", {.body = "a"});
  auto request = Request("/a");
  request.host_rule = {};

  const auto refused = Get(request).status();

  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(FailureOf(refused), Failure::kAddressRefused);
  EXPECT_EQ(server_.connections(), 0u);
}

TEST_F(CurlHttpClientTest, RejectsANameWithAPrivateAddress) {
  Make();
  auto request = Request("/a");
  request.url = "http://localhost:" + std::to_string(server_.port()) + "/a";
  request.host_rule = {};

  EXPECT_EQ(FailureOf(Get(request).status()), Failure::kAddressRefused);
  EXPECT_EQ(server_.connections(), 0u);
}

// The pooled connection was made for a request with more trust.
TEST_F(CurlHttpClientTest, ChecksTheAddressOfAPooledConnectionAgain) {
  Make();
  server_.On("/a", {.body = "a"});
  ASSERT_TRUE(Get("/a").ok());
  auto request = Request("/a");
  request.host_rule = {};

  EXPECT_EQ(FailureOf(Get(request).status()), Failure::kAddressRefused);
  EXPECT_EQ(server_.RequestsTo("/a"), 1u);
}

TEST_F(CurlHttpClientTest, FollowsThreeRedirectsOnItsOwnHost) {
  Make();
  server_.On("/1", {.status = 302, .headers = {{"Location", "/2?x=1"}}, .body = "moved"});
  server_.On("/2", {.status = 307, .headers = {{"Location", server_.url("/3")}}});
  server_.On("/3", {.status = 301, .headers = {{"Location", "4"}}});
  server_.On("/4", {.body = "here"});
  server_.On("/loop", {.status = 302, .headers = {{"Location", "/loop"}}});
  auto request = Request("/1");
  request.credentials = {{"X-Emby-Token", "planted-secret"}};

  const auto response = Get(request);

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "here");
  EXPECT_EQ(server_.requests().back().header("x-emby-token"), "planted-secret");
  EXPECT_EQ(server_.connections(), 1u);
  EXPECT_EQ(FailureOf(Get("/loop").status()), Failure::kTooManyRedirects);
  EXPECT_EQ(server_.RequestsTo("/loop"), 4u);
}

TEST_F(CurlHttpClientTest, SendsNoCredentialsToAnotherHost) {
  Make();
  FakeHttpServer other;
  other.On("/stolen", {.body = "x"});
  server_.On("/a", {.status = 302, .headers = {{"Location", other.url("/stolen")}}});
  auto request = Request("/a");
  request.headers = {{"X-Harmless", "1"}};
  request.credentials = {{"X-Emby-Token", "planted-secret"}};

  ASSERT_TRUE(Get(request).ok());

  EXPECT_EQ(other.requests().at(0).header("x-emby-token"), "");
  EXPECT_EQ(other.requests().at(0).header("x-harmless"), "1");
}

TEST_F(CurlHttpClientTest, AppliesTheHostRuleToEveryRedirect) {
  Make();
  FakeHttpServer other;
  server_.On("/a", {.status = 302, .headers = {{"Location", other.url("/?token=planted-secret")}}});
  server_.On("/file", {.status = 302, .headers = {{"Location", "file:///etc/passwd"}}});
  auto request = Request("/a");
  request.host_rule = OnlyServer(*Url::Parse(server_.url()));

  const auto status = Get(request).status();

  EXPECT_EQ(FailureOf(status), Failure::kHostRefused);
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-secret")));
  EXPECT_EQ(other.connections(), 0u);
  EXPECT_EQ(Get("/file").status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(CurlHttpClientTest, DoesNotConnectForARedirectToAnotherPort) {
  Make();
  for (const char* scheme : {"http", "https"}) {
    FakeHttpServer other;
    server_.On("/a",
               {.status = 302, .headers = {{"Location", scheme + other.url("/b").substr(4)}}});
    auto request = Request("/a");
    request.host_rule = OnlyServer(*Url::Parse(server_.url()));

    EXPECT_EQ(FailureOf(Get(request).status()), Failure::kHostRefused) << scheme;
    EXPECT_EQ(other.connections(), 0U) << scheme;
  }
}

TEST_F(CurlHttpClientTest, RejectsARedirectIntoTheLocalNetwork) {
  Make();
  FakeHttpServer inside;
  server_.On("/a", {.status = 302, .headers = {{"Location", inside.url("/admin")}}});
  auto request = Request("/a");
  // The first host is configured, every other one is only allowed.
  request.host_rule = [port = server_.port()](const Url& url) {
    return url.port == port ? HostTrust::kConfigured : HostTrust::kPublic;
  };

  EXPECT_EQ(FailureOf(Get(request).status()), Failure::kAddressRefused);
  EXPECT_EQ(inside.connections(), 0u);
}

TEST_F(CurlHttpClientTest, RejectsLineBreaksInHeaderValues) {
  Make();
  auto request = Request("/");
  request.credentials = {{"X-Emby-Token", "planted-secret\r\nX-Evil: 1"}};

  const auto status = Get(request).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-secret")));
  EXPECT_EQ(server_.connections(), 0u);
}

}  // namespace
}  // namespace marquee::httpc
