#include "libs/httpc/breaking_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/strings.h"
#include "libs/httpc/failure.h"
#include "libs/httpc/fake_http_client.h"
#include "libs/httpc/fetch.h"
#include "libs/testing/fake_clock.h"

namespace marquee::httpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BreakingHttpClientTest : public ::testing::Test {
 protected:
  absl::StatusOr<HttpResponse> Get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    request.upstream = "Den";
    return Fetch(client_, std::move(request), {});
  }
  void FailWith(Failure failure) {
    inner_.On("/", FakeHttpClient::Answer{.error = MakeFailure(failure, "scripted")});
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  FakeHttpClient inner_;
  BreakingHttpClient client_{{.failures = 3, .first_open = absl::Seconds(10)},
                             {inner_, clock_, metrics_}};
};

TEST_F(BreakingHttpClientTest, ADeadHostCostsOneConnectTimeoutPerOpenPeriod) {
  FailWith(Failure::kConnectTimeout);

  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Get("http://dead/").ok());

  EXPECT_EQ(inner_.requests().size(), 1U);
  const auto refused = Get("http://dead/?secret=1").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(FailureOf(refused), Failure::kBreakerOpen);
  EXPECT_THAT(std::string(base::MessageOf(refused)), HasSubstr("dead:80 failed recently"));
  EXPECT_THAT(std::string(base::MessageOf(refused)), HasSubstr("in 10 s"));
  EXPECT_THAT(std::string(base::MessageOf(refused)), Not(HasSubstr("secret")));
  EXPECT_EQ(client_.state("Den"), BreakerState::kOpen);
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_upstream_breaker_state{upstream=\"Den\"} 2"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_upstream_breaker_refused_total{upstream=\"Den\"} 100"));

  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(client_.state("Den"), BreakerState::kHalfOpen);
  EXPECT_FALSE(Get("http://dead/").ok());
  EXPECT_EQ(inner_.requests().size(), 2U);
}

TEST_F(BreakingHttpClientTest, SendsRequestsAgainAfterAHostRecovers) {
  FailWith(Failure::kReset);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Get("http://den/").ok());
  inner_.On("/", FakeHttpClient::Answer{.body = "x"});
  EXPECT_FALSE(Get("http://den/").ok());
  clock_.Advance(absl::Seconds(10));

  EXPECT_TRUE(Get("http://den/").ok());

  EXPECT_EQ(client_.state("Den"), BreakerState::kClosed);
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_upstream_breaker_state{upstream=\"Den\"} 0"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_upstream_breaker_opened_total{upstream=\"Den\"} 1"));
}

TEST_F(BreakingHttpClientTest, KeepsABreakerPerHost) {
  FailWith(Failure::kConnectTimeout);
  EXPECT_FALSE(Get("http://dead/").ok());
  inner_.On("/", FakeHttpClient::Answer{.body = "x"});

  EXPECT_TRUE(Get("http://alive/").ok());
  EXPECT_TRUE(Get("http://dead:8080/").ok());

  EXPECT_EQ(client_.state("Den"), BreakerState::kOpen) << "worst state of its hosts";
  EXPECT_EQ(client_.state("Unknown"), BreakerState::kClosed);
}

TEST_F(BreakingHttpClientTest, ErrorResponsesAndLocalRejectionsDoNotCount) {
  for (const int status : {200, 304, 401, 404, 429, 500}) {
    inner_.On("/", FakeHttpClient::Answer{.status = status});
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(Get("http://den/").ok());
  }
  for (const Failure failure :
       {Failure::kCancelled, Failure::kBusy, Failure::kHostRefused, Failure::kTooLarge}) {
    FailWith(failure);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(FailureOf(Get("http://den/").status()), failure);
  }
  EXPECT_EQ(client_.state("Den"), BreakerState::kClosed);

  inner_.On("/", FakeHttpClient::Answer{.status = 503});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Get("http://den/").ok());
  EXPECT_EQ(client_.state("Den"), BreakerState::kOpen);
}

TEST_F(BreakingHttpClientTest, LimitsTheNumberOfHosts) {
  inner_.On("/", FakeHttpClient::Answer{.body = "x"});

  for (size_t i = 0; i < 3 * BreakingHttpClient::kMaxHosts; ++i) {
    EXPECT_TRUE(Get("http://cdn" + std::to_string(i) + "/").ok());
  }
  FailWith(Failure::kConnectTimeout);
  for (size_t i = 0; i < 3 * BreakingHttpClient::kMaxHosts; ++i) {
    EXPECT_EQ(FailureOf(Get("http://down" + std::to_string(i) + "/").status()),
              Failure::kConnectTimeout);
  }
}

}  // namespace
}  // namespace marquee::httpc
