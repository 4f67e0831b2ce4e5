// Requests that end before their response: deadlines, cancelled callers, drains.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client_fixture.h"

namespace marquee::httpc {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::testing::HasSubstr;
using Ending = FakeHttpServer::Ending;

TEST_F(CurlHttpClientTest, EndsAtTheDeadline) {
  Make();
  server_.On("/hang", {.ending = Ending::kHang});
  server_.On("/stuck", {.body = "0123456789", .ending = Ending::kHangMidBody});

  const auto hung = Fetch(*client_, Request("/hang"), Within(absl::Milliseconds(60)));
  const auto stuck = Fetch(*client_, Request("/stuck"), Within(absl::Milliseconds(60)));
  const auto late = Fetch(*client_, Request("/hang"), Within(absl::Milliseconds(-1)));

  EXPECT_EQ(hung.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(stuck.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(base::MessageOf(stuck.status())), HasSubstr("5 bytes were received"));
  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CurlHttpClientTest, EndsARequestWaitingForAConnectionAtItsDeadline) {
  Make({.connections_per_host = 1});
  server_.On("/hang", {.ending = Ending::kHang});
  PendingFetch first(*client_, Request("/hang"), Within(absl::Seconds(20)));

  const auto second = Fetch(*client_, Request("/hang"), Within(absl::Milliseconds(60)));

  EXPECT_EQ(second.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CurlHttpClientTest, StopsWhenTheCallerCancels) {
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

TEST_F(CurlHttpClientTest, SendsNothingForACancelledCaller) {
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
  EXPECT_EQ(ended->thread, std::this_thread::get_id()) << "the request reached the loop";
}

TEST_F(CurlHttpClientTest, DrainFinishesRequestsAndRejectsNewOnes) {
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

TEST_F(CurlHttpClientTest, DrainCancelsRequestsAtItsDeadline) {
  Make();
  server_.On("/hang", {.ending = Ending::kHang});
  PendingFetch fetch(*client_, Request("/hang"), Within(absl::Seconds(20)));

  client_->Drain(clock_.Now() + absl::Milliseconds(30));

  EXPECT_EQ(fetch.Wait().status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace marquee::httpc
