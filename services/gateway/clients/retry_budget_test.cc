#include "services/gateway/clients/retry_budget.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/testing/fake_clock.h"
#include "services/gateway/clients/unary.h"
#include "services/gateway/testing/run.h"

namespace marquee::gateway {
namespace {

using Start = std::function<void(grpc::ClientContext*, const std::string*, std::string*,
                                 std::function<void(grpc::Status)>)>;

// A backend that returns these statuses in turn, then OK.
struct Backend {
  std::vector<grpc::StatusCode> answers;
  size_t calls = 0;

  Start start() {
    return [this](grpc::ClientContext*, const std::string* question, std::string* answer,
                  const std::function<void(grpc::Status)>& done) {
      const grpc::StatusCode code = calls < answers.size() ? answers[calls] : grpc::StatusCode::OK;
      ++calls;
      *answer = *question;
      done(grpc::Status(code, ""));
    };
  }
};

class ReadUnaryTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Ask(Backend& backend) {
    return RunToEnd(ReadUnary<std::string, std::string>(
        budget_, in_flight_, clock_, absl::Seconds(5), "question", backend.start()));
  }
  double Counted(const std::string& result) {
    return metrics_
        .counter("marquee_gateway_rpc_retries_total", "",
                 {{"service", "devices"}, {"result", result}})
        .value();
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  InFlight in_flight_;
  RetryBudget budget_{{.earned_a_call = 0.2, .most = 2}, metrics_, "devices"};
};

TEST_F(ReadUnaryTest, RetriesOnceWhenTheServiceIsUnavailable) {
  Backend backend{.answers = {grpc::StatusCode::UNAVAILABLE}};
  EXPECT_EQ(*Ask(backend), "question");
  EXPECT_EQ(backend.calls, 2U);
  EXPECT_EQ(Counted("retried"), 1);
}

TEST_F(ReadUnaryTest, RetriesAtMostOnce) {
  Backend backend{.answers = {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::UNAVAILABLE}};
  EXPECT_TRUE(absl::IsUnavailable(Ask(backend).status()));
  EXPECT_EQ(backend.calls, 2U);
}

TEST_F(ReadUnaryTest, DoesNotRetryOtherErrors) {
  for (const grpc::StatusCode code :
       {grpc::StatusCode::NOT_FOUND, grpc::StatusCode::DEADLINE_EXCEEDED,
        grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::INTERNAL}) {
    Backend backend{.answers = {code}};
    EXPECT_FALSE(Ask(backend).ok());
    EXPECT_EQ(backend.calls, 1U);
  }
  EXPECT_EQ(Counted("retried") + Counted("refused"), 0);
}

TEST_F(ReadUnaryTest, UnavailableServiceGetsTwentyPercentMoreCalls) {
  Backend away{.answers = std::vector<grpc::StatusCode>(1000, grpc::StatusCode::UNAVAILABLE)};
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Ask(away).ok());
  // The two in the initial budget, and one for each five calls.
  EXPECT_GE(away.calls, 120U);
  EXPECT_LE(away.calls, 122U);
  EXPECT_EQ(Counted("retried") + Counted("refused"), 100);
}

}  // namespace
}  // namespace marquee::gateway
