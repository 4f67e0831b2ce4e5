#include "libs/httpc/curl_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <stop_token>
#include <thread>
#include <vector>

#include "libs/base/strings.h"
#include "libs/httpc/failure.h"
#include "libs/httpc/fetch.h"
#include "tests/support/fake_http_server.h"

namespace marquee::httpc {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::testing::HasSubstr;
using ::testing::Not;
using Ending = FakeHttpServer::Ending;

class CurlHttpClientTest : public ::testing::Test {
 protected:
  void Make(CurlHttpClient::Options options = {}) {
    options.user_agent = "Marquee/test";
    client_ = *CurlHttpClient::Create(options, {clock_, metrics_});
  }

  HttpRequest Request(std::string_view path) const {
    HttpRequest request;
    request.url = server_.url(path);
    request.upstream = "Den";
    request.host_rule = [](const Url&) { return HostTrust::kConfigured; };
    return request;
  }

  base::CallContext Within(absl::Duration time) const {
    return {.deadline = clock_.Now() + time, .stop = {}};
  }

  absl::StatusOr<HttpResponse> Get(HttpRequest request) {
    return Fetch(*client_, std::move(request), Within(absl::Seconds(20)));
  }
  absl::StatusOr<HttpResponse> Get(std::string_view path) { return Get(Request(path)); }

  double Counted(const std::string& name, const obs::Labels& labels) {
    return metrics_.counter(name, "", labels).value();
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeHttpServer server_;
  std::unique_ptr<CurlHttpClient> client_;
};

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

TEST_F(CurlHttpClientTest, AnErrorStatusIsAnAnswer) {
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

TEST_F(CurlHttpClientTest, UsesConnectionsAgainAndCountsThem) {
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

TEST_F(CurlHttpClientTest, OpensNoMoreConnectionsToAHostThanAllowed) {
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

TEST_F(CurlHttpClientTest, RefusesMoreRequestsThanItMayHold) {
  Make({.max_in_flight = 1});
  server_.On("/hang", {.ending = Ending::kHang});
  PendingFetch first(*client_, Request("/hang"), Within(absl::Seconds(20)));

  const auto second = Get("/hang");

  EXPECT_EQ(second.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(FailureOf(second.status()), Failure::kBusy);
}

TEST_F(CurlHttpClientTest, EndsAtTheDeadline) {
  Make();
  server_.On("/hang", {.ending = Ending::kHang});
  server_.On("/stuck", {.body = "0123456789", .ending = Ending::kHangMidBody});

  const auto hung = Fetch(*client_, Request("/hang"), Within(absl::Milliseconds(60)));
  const auto stuck = Fetch(*client_, Request("/stuck"), Within(absl::Milliseconds(60)));
  const auto late = Fetch(*client_, Request("/hang"), Within(absl::Milliseconds(-1)));

  EXPECT_EQ(hung.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(stuck.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(base::MessageOf(stuck.status())), HasSubstr("5 bytes had come"));
  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CurlHttpClientTest, ARequestThatWaitsForAConnectionEndsAtItsDeadlineToo) {
  Make({.connections_per_host = 1});
  server_.On("/hang", {.ending = Ending::kHang});
  PendingFetch first(*client_, Request("/hang"), Within(absl::Seconds(20)));

  const auto second = Fetch(*client_, Request("/hang"), Within(absl::Milliseconds(60)));

  EXPECT_EQ(second.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CurlHttpClientTest, StopsWhenTheCallerGoes) {
  Make();
  std::latch asked(1);
  server_.On("/hang", [&](const FakeHttpServer::Request&) {
    asked.count_down();
    return FakeHttpServer::Reply{.ending = Ending::kHang};
  });
  std::stop_source caller;
  PendingFetch fetch(*client_, Request("/hang"),
                     {.deadline = absl::InfiniteFuture(), .stop = caller.get_token()});
  asked.wait();

  caller.request_stop();

  EXPECT_EQ(fetch.Wait().status().code(), absl::StatusCode::kCancelled);
}

TEST_F(CurlHttpClientTest, AsksNothingForACallerWhoHasGone) {
  struct Ended final : ResponseHandler {
    void OnHead(HttpHead /*head*/) override {}
    Flow OnBody(std::string_view /*bytes*/) override { return Flow::kTaken; }
    void OnDone(const absl::Status& status) override {
      code = status.code();
      thread = std::this_thread::get_id();
    }
    absl::StatusCode code = absl::StatusCode::kOk;
    std::thread::id thread;
  };
  Make();
  std::stop_source gone;
  gone.request_stop();
  const auto ended = std::make_shared<Ended>();

  client_->Start(Request("/hang"), {.deadline = absl::InfiniteFuture(), .stop = gone.get_token()},
                 ended);

  client_->Drain(clock_.Now() + absl::Seconds(20));
  EXPECT_EQ(ended->code, absl::StatusCode::kCancelled);
  EXPECT_EQ(ended->thread, std::this_thread::get_id()) << "it has reached the loop";
}

TEST_F(CurlHttpClientTest, StopsReadingAtTheLimit) {
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

TEST_F(CurlHttpClientTest, SaysWhenAConnectionBreaks) {
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

TEST_F(CurlHttpClientTest, SaysWhenNobodyListens) {
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

TEST_F(CurlHttpClientTest, SaysWhenThePortSpeaksSomethingElse) {
  Make();
  server_.On("/ssh", {.body = "SSH-2.0-OpenSSH_9.2\r\n", .ending = Ending::kRaw});
  auto tls = Request("/");
  tls.url = "https" + tls.url.substr(4);

  EXPECT_EQ(FailureOf(Get("/ssh").status()), Failure::kProtocol);
  EXPECT_EQ(FailureOf(Get(tls).status()), Failure::kTls);
}

TEST_F(CurlHttpClientTest, SaysWhenANameHasNoAddress) {
  Make();
  auto request = Request("/");
  // A label of more than 63 letters is refused without a question to any name server.
  request.url = "http://" + std::string(64, 'a') + ".invalid/";

  EXPECT_EQ(FailureOf(Get(request).status()), Failure::kDns);
}

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

TEST_F(CurlHttpClientTest, RefusesAPrivateAddressBehindAName) {
  Make();
  auto request = Request("/a");
  request.url = "http://localhost:" + std::to_string(server_.port()) + "/a";
  request.host_rule = {};

  EXPECT_EQ(FailureOf(Get(request).status()), Failure::kAddressRefused);
  EXPECT_EQ(server_.connections(), 0u);
}

// A pooled connection was made under another request's trust.
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

TEST_F(CurlHttpClientTest, CredentialsDoNotFollowToAnotherHost) {
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

TEST_F(CurlHttpClientTest, AsksTheHostRuleForEveryHop) {
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

TEST_F(CurlHttpClientTest, ARedirectIntoTheLocalNetworkIsRefused) {
  Make();
  FakeHttpServer inside;
  server_.On("/a", {.status = 302, .headers = {{"Location", inside.url("/admin")}}});
  auto request = Request("/a");
  // The first host is a configured one, every other only allowed.
  request.host_rule = [port = server_.port()](const Url& url) {
    return url.port == port ? HostTrust::kConfigured : HostTrust::kPublic;
  };

  EXPECT_EQ(FailureOf(Get(request).status()), Failure::kAddressRefused);
  EXPECT_EQ(inside.connections(), 0u);
}

TEST_F(CurlHttpClientTest, AHeaderCannotSmuggleAnother) {
  Make();
  auto request = Request("/");
  request.credentials = {{"X-Emby-Token", "planted-secret\r\nX-Evil: 1"}};

  const auto status = Get(request).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-secret")));
  EXPECT_EQ(server_.connections(), 0u);
}

TEST_F(CurlHttpClientTest, HeadAsksForNoBody) {
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

TEST_F(CurlHttpClientTest, DrainLetsWorkFinishAndRefusesMore) {
  Make();
  std::latch asked(1);
  std::latch answer(1);
  server_.On("/slow", [&](const FakeHttpServer::Request&) {
    asked.count_down();
    answer.wait();
    return FakeHttpServer::Reply{.body = "done"};
  });
  PendingFetch fetch(*client_, Request("/slow"), Within(absl::Seconds(20)));
  asked.wait();
  answer.count_down();

  client_->Drain(clock_.Now() + absl::Seconds(20));

  EXPECT_EQ(fetch.Wait()->body, "done");
  EXPECT_EQ(Get("/slow").status().code(), absl::StatusCode::kCancelled);
}

TEST_F(CurlHttpClientTest, DrainCancelsWhatOutlivesItsDeadline) {
  Make();
  server_.On("/hang", {.ending = Ending::kHang});
  PendingFetch fetch(*client_, Request("/hang"), Within(absl::Seconds(20)));

  client_->Drain(clock_.Now() + absl::Milliseconds(30));

  EXPECT_EQ(fetch.Wait().status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace marquee::httpc
