#include "libs/httpc/retrying_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "libs/httpc/failure.h"
#include "libs/httpc/fake_http_client.h"
#include "libs/testing/fake_clock.h"

namespace marquee::httpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Holds the work until the test advances the time.
class ManualDelays final : public Delays {
 public:
  void After(absl::Duration delay, std::function<void()> work) override {
    delays.push_back(delay);
    work_.push_back(std::move(work));
  }
  void RunAll() {
    while (!work_.empty()) {
      auto work = std::move(work_.front());
      work_.pop_front();
      work();
    }
  }
  std::vector<absl::Duration> delays;

 private:
  std::deque<std::function<void()>> work_;
};

class Recorder final : public ResponseHandler {
 public:
  void OnHead(HttpHead head) override { statuses.push_back(head.status); }
  Flow OnBody(std::string_view bytes) override {
    body += bytes;
    return Flow::kTaken;
  }
  void OnDone(const absl::Status& status) override {
    EXPECT_FALSE(done.has_value()) << "OnDone was called twice";
    done = status;
  }
  std::vector<int> statuses;
  std::string body;
  std::optional<absl::Status> done;
};

// The first attempt ends with 503. During the second, the handler becomes full and resumes before
// Start has returned the exchange, as can happen with the real client's thread.
class EarlyResumeClient final : public HttpClient {
 public:
  class Exchange final : public HttpExchange {
   public:
    void Resume() override { ++resumed; }
    void Cancel() override {}
    int resumed = 0;
  };

  std::shared_ptr<HttpExchange> Start(HttpRequest, base::CallContext,
                                      std::shared_ptr<ResponseHandler> handler) override {
    handler->OnHead({.status = ++starts == 1 ? 503 : 200});
    if (starts == 1) {
      handler->OnDone(absl::OkStatus());
    } else {
      handler->OnBody("more than the handler accepts");
      outer->Resume();
    }
    return exchange;
  }

  int starts = 0;
  std::shared_ptr<HttpExchange> outer;  // the caller's exchange
  const std::shared_ptr<Exchange> exchange = std::make_shared<Exchange>();
};

class RetryingHttpClientTest : public ::testing::Test {
 protected:
  std::shared_ptr<Recorder> Start(HttpRequest::Method method = HttpRequest::Method::kGet) {
    auto recorder = std::make_shared<Recorder>();
    HttpRequest request;
    request.url = "http://den/";
    request.upstream = "Den";
    request.method = method;
    exchange_ = client_.Start(
        std::move(request),
        {.deadline = clock_.Now() + absl::Seconds(10), .stop = stop_.get_token()}, recorder);
    return recorder;
  }
  // Scripted responses in order; the last one is repeated.
  void Script(std::vector<FakeHttpClient::Answer> answers) {
    // Shared: the client calls a copy each time.
    auto next = std::make_shared<size_t>(0);
    inner_.On("/", [answers = std::move(answers), next](const HttpRequest&, const Url&) {
      return answers[std::min((*next)++, answers.size() - 1)];
    });
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  FakeHttpClient inner_;
  ManualDelays delays_;
  std::stop_source stop_;
  double random_ = 0.5;
  RetryingHttpClient client_{
      {.attempts = 3, .first_wait = absl::Seconds(1), .budget_ratio = 0.1, .budget_burst = 4},
      {inner_, delays_, clock_, metrics_, [this] { return random_; }}};
  std::shared_ptr<HttpExchange> exchange_;
};

TEST_F(RetryingHttpClientTest, RetriesAfterARandomExponentialBackoff) {
  Script({{.status = 503, .body = "later"}, {.status = 502}, {.body = "here"}});

  const auto recorder = Start();
  EXPECT_FALSE(recorder->done.has_value());
  delays_.RunAll();

  EXPECT_THAT(recorder->statuses, ElementsAre(200)) << "discarded responses are not passed on";
  EXPECT_EQ(recorder->body, "here");
  EXPECT_EQ(recorder->done, absl::OkStatus());
  EXPECT_THAT(delays_.delays, ElementsAre(absl::Milliseconds(500), absl::Seconds(1)));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_upstream_retries_total{result=\"retried\",upstream=\"Den\"} 2"));
}

TEST_F(RetryingHttpClientTest, PassesTheResponseOfTheLastAttempt) {
  Script({{.status = 500, .body = "oops"}});

  const auto recorder = Start();
  delays_.RunAll();

  EXPECT_THAT(recorder->statuses, ElementsAre(500));
  EXPECT_EQ(recorder->body, "oops");
  EXPECT_EQ(inner_.requests().size(), 3U);
}

TEST_F(RetryingHttpClientTest, RetriesAConnectionThatBrokeBeforeTheResponse) {
  Script({{.error = MakeFailure(Failure::kReset, "broke")}, {.body = "here"}});

  const auto recorder = Start();
  delays_.RunAll();

  EXPECT_EQ(recorder->body, "here");
}

TEST_F(RetryingHttpClientTest, DoesNotRetryPermanentFailures) {
  for (const int status : {200, 301, 400, 401, 403, 404, 501}) {
    Script({{.status = status}});
    EXPECT_THAT(Start()->statuses, ElementsAre(status));
  }
  for (const Failure failure : {Failure::kConnectTimeout, Failure::kTls, Failure::kDeadline,
                                Failure::kBreakerOpen, Failure::kTooLarge}) {
    Script({{.error = MakeFailure(failure, "no")}});
    EXPECT_EQ(FailureOf(*Start()->done), failure);
  }
  EXPECT_THAT(delays_.delays, IsEmpty());
}

TEST_F(RetryingHttpClientTest, DoesNotRetryAPost) {
  Script({{.status = 503}});

  EXPECT_THAT(Start(HttpRequest::Method::kPost)->statuses, ElementsAre(503));
}

TEST_F(RetryingHttpClientTest, WaitsForRetryAfter) {
  Script({{.status = 429, .headers = {{"Retry-After", "7"}}}, {.body = "here"}});

  const auto recorder = Start();
  delays_.RunAll();

  EXPECT_THAT(delays_.delays, ElementsAre(absl::Seconds(7)));
  EXPECT_EQ(recorder->body, "here");
}

TEST_F(RetryingHttpClientTest, DoesNotWaitBeyondTheDeadline) {
  Script({{.status = 429, .headers = {{"Retry-After", "10"}}}});

  EXPECT_THAT(Start()->statuses, ElementsAre(429));
}

TEST_F(RetryingHttpClientTest, LimitsRetriesByABudget) {
  Script({{.status = 503}});
  std::vector<std::shared_ptr<Recorder>> recorders;

  for (int i = 0; i < 20; ++i) {
    recorders.push_back(Start());
    delays_.RunAll();
  }

  for (const auto& recorder : recorders) EXPECT_THAT(recorder->statuses, ElementsAre(503));
  // 20 first attempts, 4 retries of the burst, one tenth of the later requests.
  EXPECT_GE(inner_.requests().size(), 24U);
  EXPECT_LE(inner_.requests().size(), 26U);
  EXPECT_THAT(metrics_.Render(), HasSubstr("result=\"no_budget\""));
}

TEST_F(RetryingHttpClientTest, EndsImmediatelyWhenCancelledDuringAWait) {
  Script({{.status = 503}});
  const auto cancelled = Start();
  exchange_->Cancel();
  EXPECT_EQ(cancelled->done->code(), absl::StatusCode::kCancelled);

  const auto stopped = Start();
  stop_.request_stop();
  EXPECT_EQ(stopped->done->code(), absl::StatusCode::kCancelled);

  delays_.RunAll();
  EXPECT_EQ(inner_.requests().size(), 2U);
}

TEST_F(RetryingHttpClientTest, KeepsAResumeThatArrivesBeforeTheExchange) {
  EarlyResumeClient hasty;
  RetryingHttpClient client({}, {hasty, delays_, clock_, metrics_, [this] { return random_; }});
  const auto recorder = std::make_shared<Recorder>();
  HttpRequest request;
  request.upstream = "Den";
  hasty.outer = client.Start(std::move(request),
                             {.deadline = clock_.Now() + absl::Seconds(10), .stop = {}}, recorder);

  delays_.RunAll();

  EXPECT_EQ(hasty.starts, 2);
  EXPECT_EQ(hasty.exchange->resumed, 1);
  hasty.outer.reset();
}

}  // namespace
}  // namespace marquee::httpc
