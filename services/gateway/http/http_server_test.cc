// The server over real sockets, with clients that behave and clients that do not.
#include "services/gateway/http/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>

#include "libs/testing/capturing_logger.h"
#include "services/gateway/http/await.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

using namespace std::chrono_literals;

class ThreePieces final : public BodyStream {
 public:
  asio::awaitable<absl::StatusOr<std::string>> Next() override {
    if (left_ == 0) co_return std::string();
    --left_;
    co_return std::string("piece");
  }

 private:
  int left_ = 3;
};

// Bytes of which each part differs from the others.
std::string Pattern(size_t size) {
  std::string bytes;
  for (size_t i = 0; bytes.size() < size; ++i) bytes += std::to_string(i) + ' ';
  bytes.resize(size);
  return bytes;
}

class HttpServerTest : public ::testing::Test {
 public:
  ~HttpServerTest() override {
    if (server_) server_->Drain(absl::Now());
    io_.Stop();
  }

 protected:
  void Start(HttpServer::Options options = {}) {
    options.port = 0;
    server_.emplace(options, HttpServer::Deps{.io = io_,
                                              .clock = clock_,
                                              .logger = logger_,
                                              .metrics = metrics_,
                                              .handler = [this](RequestPtr request) {
                                                return Handle(std::move(request));
                                              }});
    const auto address = server_->Start();
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = *address;
    io_.Start();
  }

  asio::awaitable<Response> Handle(RequestPtr request) {
    if (request->path == "/stream") {
      Response response;
      response.stream = std::make_shared<ThreePieces>();
      if (request->query.Get("length")) response.stream_length = 15;
      co_return response;
    }
    if (const auto size = request->query.Get("size")) {
      Response response = Response::Shared(200, "text/plain", large_);
      response.length = std::stoul(std::string(*size));
      co_return response;
    }
    if (request->path == "/id") {
      parsed_.insert(request);
      co_return Response::Text(200, "text/plain", request->id_text());
    }
    if (request->path == "/throw") throw std::runtime_error("a fault");
    if (request->path == "/held") co_return co_await Held(request);
    if (request->path == "/watched") co_return co_await Watched(request);
    co_return Response::Text(200, "text/plain", request->path + "|" + request->body);
  }

  // Answers once release_ is called.
  asio::awaitable<Response> Held(RequestPtr request) {
    std::function<void(std::function<void(bool)>)> start =
        [this](const std::function<void(bool)>& done) {
          release_ = [done] { done(true); };
          held_.set_value();
        };
    co_await AwaitCallback<bool>(std::move(start));
    co_return Response::Text(200, "text/plain", "released");
  }

  // Answers once the client has gone.
  asio::awaitable<Response> Watched(RequestPtr request) {
    const std::stop_token gone = request->WatchClient();
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
    std::function<void(std::function<void(bool)>)> start =
        [this, &gone, &on_stop](const std::function<void(bool)>& done) {
          on_stop.emplace(gone, [done] { done(true); });
          held_.set_value();
        };
    co_await AwaitCallback<bool>(std::move(start));
    gone_.set_value();
    co_return Response::Empty(204);
  }

  const Bytes large_ = MakeBytes(Pattern(9'000'000));
  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  IoThreads io_{2};
  std::optional<HttpServer> server_;
  std::string address_;
  std::set<std::weak_ptr<const Request>, std::owner_less<>> parsed_;  // that were asked for an id
  std::promise<void> held_;
  std::promise<void> gone_;
  std::function<void()> release_;
};

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  Start();
  RawClient client(address_);

  client.Send(
      "GET /one HTTP/1.1\r\nHost: x\r\n\r\nPOST /two HTTP/1.1\r\nHost: x\r\n"
      "Content-Length: 4\r\n\r\nbodyGET /three HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->body, "/one|");
  EXPECT_EQ(client.ReadAnswer()->body, "/two|body");
  EXPECT_EQ(client.ReadAnswer()->body, "/three|");
}

TEST_F(HttpServerTest, TheSameRequestAgainIsARequestOfItsOwn) {
  Start();
  RawClient client(address_);
  const std::string asked = "GET /id HTTP/1.1\r\nHost: x\r\n\r\n";
  std::set<std::string> ids;

  for (int i = 0; i < 3; ++i) {
    client.Send(asked);
    ids.insert(client.ReadAnswer()->body);
  }
  EXPECT_EQ(parsed_.size(), 1) << "it was read once";
  client.Send(asked + asked);
  ids.insert(client.ReadAnswer()->body);
  ids.insert(client.ReadAnswer()->body);
  client.Send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer()->body, "/other|");
  client.Send(asked.substr(0, 20));
  client.Send(asked.substr(20));
  ids.insert(client.ReadAnswer()->body);

  EXPECT_EQ(ids.size(), 6);
}

TEST_F(HttpServerTest, ABodyIsReadEachTime) {
  Start();
  RawClient client(address_);
  const std::string head = "POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";

  for (const std::string body : {"body", "body", "soul"}) {
    client.Send(head);
    client.Send(body);
    EXPECT_EQ(client.ReadAnswer()->body, "/two|" + body);
  }
}

TEST_F(HttpServerTest, WhatTheSystemDoesNotTakeAtOnceGoesOutWhenThereIsRoom) {
  Start();
  RawClient client(address_, /*receive_bytes=*/8192);  // drains far more slowly than we write
  constexpr int kAnswers = 60;                         // 12 MB, more than the system takes
  std::string asked;
  for (int i = 0; i < kAnswers; ++i) asked += "GET /?size=200000 HTTP/1.1\r\nHost: x\r\n\r\n";

  client.Send(asked);

  for (int i = 0; i < kAnswers; ++i)
    ASSERT_TRUE(client.ReadAnswer()->body == large_->substr(0, 200'000)) << i;
}

TEST_F(HttpServerTest, ALargeBodyGoesOutInPieces) {
  Start();
  RawClient client(address_);

  client.Send("GET /?size=9000000 HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(client.ReadAnswer()->body == *large_);
}

TEST_F(HttpServerTest, AnswersAClientThatHasHalfClosed) {
  Start();
  RawClient client(address_);

  client.Send("GET /half HTTP/1.1\r\nHost: x\r\n\r\n");
  client.HalfClose();

  EXPECT_EQ(client.ReadAnswer()->body, "/half|");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(HttpServerTest, ClosesAfterAnHttp10Answer) {
  Start();
  RawClient client(address_);

  client.Send("GET /old HTTP/1.0\r\n\r\n");

  EXPECT_NE(client.ReadToEnd().find("Connection: close"), std::string::npos);
}

TEST_F(HttpServerTest, TellsALengthAndSendsNoBodyForHead) {
  Start();
  RawClient client(address_);

  client.Send("HEAD /head HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer(/*head_only=*/true)->Field("Content-Length"), "6");
  EXPECT_EQ(client.ReadAnswer()->body, "/next|");
}

TEST_F(HttpServerTest, StreamsInChunksWhenTheLengthIsUnknown) {
  Start();
  const auto answer = Get(address_, "/stream");
  EXPECT_EQ(answer.Field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.body, "piecepiecepiece");
}

TEST_F(HttpServerTest, StreamsPlainlyWhenTheLengthIsKnown) {
  Start();
  const auto answer = Get(address_, "/stream?length=1");
  EXPECT_EQ(answer.Field("Content-Length"), "15");
  EXPECT_EQ(answer.body, "piecepiecepiece");
}

TEST_F(HttpServerTest, InvitesABodyThatWaitsToBeAsked) {
  Start();
  RawClient client(address_);

  client.Send(
      "POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.Read(25), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("ok");

  EXPECT_EQ(client.ReadAnswer()->body, "/post|ok");
}

TEST_F(HttpServerTest, ReadsAChunkedBody) {
  Start();
  RawClient client(address_);

  client.Send(
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->body, "/c|abcde");
}

TEST_F(HttpServerTest, RefusesAHeaderThatIsTooLarge) {
  Start();
  RawClient client(address_);

  client.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + std::string(20'000, 'a') + "\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->status, 431);
}

TEST_F(HttpServerTest, RefusesABodyThatIsTooLarge) {
  Start({.max_body_bytes = 10});
  RawClient client(address_);

  client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901");

  EXPECT_EQ(client.ReadAnswer()->status, 413);
}

TEST_F(HttpServerTest, CutsAHeaderThatDoesNotEnd) {
  Start({.header_timeout = absl::Milliseconds(50)});
  RawClient client(address_);

  client.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");

  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(HttpServerTest, CutsAConnectionThatIsIdleTooLong) {
  Start({.idle_timeout = absl::Milliseconds(50)});
  RawClient client(address_);

  client.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->body, "/a|");
  EXPECT_EQ(client.ReadToEnd(), "");
}

class Smuggler : public HttpServerTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(Smuggler, IsRefusedAndCutOff) {
  Start();
  RawClient client(address_);

  client.Send(GetParam());

  const auto answer = client.ReadAnswer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(client.ReadToEnd(), "");
}
INSTANTIATE_TEST_SUITE_P(
    HttpServer, Smuggler,
    ::testing::Values(
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
        "5\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /../x HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "\x16\x03\x01 not http at all\r\n\r\n"));

TEST_F(HttpServerTest, AnswersAFaultOfOursWith500AndGoesOn) {
  Start();
  RawClient client(address_);

  client.Send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->status, 500);
  EXPECT_EQ(client.ReadAnswer()->body, "/next|");
  EXPECT_EQ(logger_.Count("a route threw"), 1U);
}

TEST_F(HttpServerTest, RefusesOneConnectionMoreThanAllowed) {
  Start({.max_connections = 1});
  RawClient first(address_);
  first.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(first.ReadAnswer()->status, 200);

  RawClient second(address_);

  EXPECT_EQ(second.ReadAnswer()->status, 503);
  EXPECT_EQ(metrics_
                .counter("marquee_http_connections_refused_total",
                         "Client connections closed at once: too many were open.",
                         {{"listener", "public"}})
                .value(),
            1);
}

TEST_F(HttpServerTest, SaysThatAPortIsTaken) {
  Start();
  const auto port = static_cast<uint16_t>(std::stoi(address_.substr(address_.rfind(':') + 1)));

  HttpServer second(
      {.port = port},
      {.io = io_, .clock = clock_, .logger = logger_, .metrics = metrics_, .handler = nullptr});
  const auto started = second.Start();

  EXPECT_EQ(started.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(started.status().ToString().find(address_ + " is taken"), std::string::npos);
}

TEST_F(HttpServerTest, TellsARouteThatItsClientHasGone) {
  Start();
  RawClient client(address_);
  client.Send("GET /watched HTTP/1.1\r\nHost: x\r\n\r\n");
  held_.get_future().wait();

  client.Reset();

  EXPECT_EQ(gone_.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(HttpServerTest, DrainFinishesWhatIsInHandAndClosesWhatIsIdle) {
  Start();
  // In this order: the drain comes to the second thread last, so when the idle one is closed the
  // busy one has been told.
  RawClient busy(address_);
  busy.Send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
  held_.get_future().wait();
  RawClient idle(address_);
  idle.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(idle.ReadAnswer()->status, 200);

  std::thread drain([this] { server_->Drain(absl::Now() + absl::Seconds(10)); });
  EXPECT_EQ(idle.ReadToEnd(), "");  // closed, which also shows that the drain has begun
  release_();

  const auto answer = busy.ReadAnswer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "released");
  EXPECT_EQ(answer->Field("Connection"), "close");
  busy.ReadToEnd();
  drain.join();
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_FALSE(RawClient(address_).connected());
}

TEST_F(HttpServerTest, DrainCutsWhatIsLeftAtItsDeadline) {
  Start();
  RawClient busy(address_);
  busy.Send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
  held_.get_future().wait();

  std::thread drain([this] { server_->Drain(absl::Now()); });
  EXPECT_EQ(busy.ReadToEnd(), "");
  release_();
  drain.join();

  EXPECT_EQ(logger_.Count("connections cut"), 1U);
}

}  // namespace
}  // namespace marquee::gateway
