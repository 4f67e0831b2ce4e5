// Connection pool, circuit breaker and retries over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "libs/httpc/curl_http_client_fixture.h"
#include "libs/httpc/failure.h"
#include "libs/httpc/outgoing_http.h"

namespace marquee::httpc {
namespace {

using ::marquee::testing::FakeHttpServer;
using Ending = FakeHttpServer::Ending;

class OutgoingHttpTest : public FakeServerFixture {
 protected:
  void Make(const OutgoingHttp::Options& options = {}) {
    client_ = *OutgoingHttp::Create(options, {clock_, metrics_});
  }
  absl::StatusOr<HttpResponse> Get(std::string_view path) {
    return Fetch(*client_, Request(path), Soon());
  }
  double Connections(const char* kind) {
    return metrics_
        .counter("marquee_upstream_connections_total", "", {{"upstream", "Den"}, {"kind", kind}})
        .value();
  }

  std::unique_ptr<OutgoingHttp> client_;
};

TEST_F(OutgoingHttpTest, ReusesConnectionsFor95PercentOf200ConcurrentRequests) {
  Make();
  server_.On("/a", {.body = "a"});

  std::vector<PendingFetch> pending;
  for (int i = 0; i < 200; ++i) pending.emplace_back(*client_, Request("/a"), Soon());
  for (auto& fetch : pending) ASSERT_TRUE(fetch.Wait().ok());

  EXPECT_LE(server_.most_open(), 10U);
  EXPECT_EQ(Connections("new") + Connections("reused"), 200);
  EXPECT_GE(Connections("reused"), 190);
}

TEST_F(OutgoingHttpTest, ClosesIdleConnectionsBeyondTheLimitAfterABurst) {
  Make({.curl = {.connections_per_host = 6, .idle_per_host = 2}});
  std::latch all_are_in(6);
  server_.On("/burst", [&](const FakeHttpServer::Request&) {
    all_are_in.arrive_and_wait();
    return FakeHttpServer::Reply{.body = "x"};
  });
  server_.On("/after", {.body = "x"});

  std::vector<PendingFetch> pending;
  for (int i = 0; i < 6; ++i) pending.emplace_back(*client_, Request("/burst"), Soon());
  for (auto& fetch : pending) ASSERT_TRUE(fetch.Wait().ok());
  ASSERT_TRUE(Get("/after").ok());

  EXPECT_EQ(server_.most_open(), 6U);
  server_.WaitForOpen(2);
  EXPECT_EQ(server_.connections(), 6U) << "kept connections were reused";
}

TEST_F(OutgoingHttpTest, RetriesARequestWhoseConnectionBroke) {
  Make();
  std::atomic<int> asked = 0;
  server_.On("/flaky", [&](const FakeHttpServer::Request&) {
    if (asked++ == 0) return FakeHttpServer::Reply{.body = "", .ending = Ending::kRaw};
    return FakeHttpServer::Reply{.body = "whole"};
  });

  const auto response = Get("/flaky");

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "whole");
  EXPECT_EQ(asked, 2);
}

TEST_F(OutgoingHttpTest, StreamsABodyAfterARetry) {
  Make();
  std::atomic<int> asked = 0;
  const std::string body(3 * HttpStream::kBufferBytes, 'x');
  server_.On("/busy", [&](const FakeHttpServer::Request&) {
    return asked++ == 0 ? FakeHttpServer::Reply{.status = 503, .headers = {{"Retry-After", "0"}}}
                        : FakeHttpServer::Reply{.body = body};
  });
  HttpRequest request = Request("/busy");
  request.accept_compressed = false;

  auto stream = HttpStream::Open(*client_, request, Soon());
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::string got;
  for (auto piece = (*stream)->Read(); piece.ok() && !piece->empty(); piece = (*stream)->Read()) {
    got += *piece;
  }

  EXPECT_EQ(got, body);
}

TEST_F(OutgoingHttpTest, SendsNoRequestsWhileTheBreakerIsOpen) {
  Make({.breaker = {.failures = 3}});
  uint16_t port = 0;
  {
    const FakeHttpServer gone;
    port = gone.port();
  }
  HttpRequest request = Request("/");
  request.url = "http://127.0.0.1:" + std::to_string(port) + "/";

  std::vector<Failure> failures;
  for (int i = 0; i < 5; ++i) {
    failures.push_back(FailureOf(Fetch(*client_, request, Soon()).status()));
  }

  using enum Failure;
  EXPECT_THAT(failures, ::testing::ElementsAre(kConnectionRefused, kConnectionRefused,
                                               kConnectionRefused, kBreakerOpen, kBreakerOpen));
  EXPECT_EQ(client_->breaker("Den"), BreakerState::kOpen);
}

TEST_F(OutgoingHttpTest, SignsInByPostWithoutFollowingRedirects) {
  Make();
  server_.On("/api/token", [](const FakeHttpServer::Request& request) {
    return FakeHttpServer::Reply{.status = request.method == "POST" ? 200 : 405,
                                 .body = request.body};
  });
  server_.On("/moved", {.status = 307, .headers = {{"Location", "/api/token"}}});
  HttpRequest request = Request("/api/token");
  request.method = HttpRequest::Method::kPost;
  request.body = "username=anna&password=x";

  const auto answer = Fetch(*client_, request, Soon());
  request.url = server_.url("/moved");
  const auto moved = Fetch(*client_, request, Soon());

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->body, request.body);
  EXPECT_EQ(moved.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(OutgoingHttpTest, EndsAWaitingRetryWhenTheClientIsDestroyed) {
  Make();
  server_.On("/busy", {.status = 503, .headers = {{"Retry-After", "10"}}});
  PendingFetch pending(*client_, Request("/busy"), Soon());
  while (server_.RequestsTo("/busy") == 0) std::this_thread::yield();

  client_.reset();

  EXPECT_FALSE(pending.Wait().ok());
}

}  // namespace
}  // namespace marquee::httpc
