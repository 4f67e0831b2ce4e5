// The HTTP server over real sockets: reading requests and writing responses.
#include "services/gateway/http/http_server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>
#include <string>

#include "services/gateway/http/http_server_fixture.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

using namespace std::chrono_literals;

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

TEST_F(HttpServerTest, RepeatedIdenticalRequestGetsItsOwnId) {
  Start();
  RawClient client(address_);
  const std::string asked = "GET /id HTTP/1.1\r\nHost: x\r\n\r\n";
  std::set<std::string> ids;

  for (int i = 0; i < 3; ++i) {
    client.Send(asked);
    ids.insert(client.ReadAnswer()->body);
  }
  EXPECT_EQ(parsed_.size(), 1) << "the request was parsed once";
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

TEST_F(HttpServerTest, RepeatedHeaderReadsEachBody) {
  Start();
  RawClient client(address_);
  const std::string head = "POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";

  for (const std::string body : {"body", "body", "soul"}) {
    client.Send(head);
    client.Send(body);
    EXPECT_EQ(client.ReadAnswer()->body, "/two|" + body);
  }
}

TEST_F(HttpServerTest, WritesRemainderWhenSendBufferWasFull) {
  Start();
  RawClient client(address_,
                   {.receive_bytes = 8192});  // reads far more slowly than the server writes
  constexpr int kAnswers = 60;                // 12 MB, more than the kernel buffers
  std::string asked;
  for (int i = 0; i < kAnswers; ++i) asked += "GET /?size=200000 HTTP/1.1\r\nHost: x\r\n\r\n";

  client.Send(asked);

  for (int i = 0; i < kAnswers; ++i)
    ASSERT_TRUE(client.ReadAnswer()->body == large_->substr(0, 200'000)) << i;
}

TEST_F(HttpServerTest, SendsLargeBodyInPieces) {
  Start();
  RawClient client(address_);

  client.Send("GET /?size=9000000 HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(client.ReadAnswer()->body == *large_);
}

TEST_F(HttpServerTest, AnswersClientThatHasHalfClosed) {
  Start();
  RawClient client(address_);

  client.Send("GET /half HTTP/1.1\r\nHost: x\r\n\r\n");
  client.HalfClose();

  EXPECT_EQ(client.ReadAnswer()->body, "/half|");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(HttpServerTest, ClosesConnectionAfterHttp10Response) {
  Start();
  RawClient client(address_);

  client.Send("GET /old HTTP/1.0\r\n\r\n");

  EXPECT_NE(client.ReadToEnd().find("Connection: close"), std::string::npos);
}

TEST_F(HttpServerTest, HeadResponseHasLengthButNoBody) {
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

TEST_F(HttpServerTest, StreamsWithContentLengthWhenTheLengthIsKnown) {
  Start();
  const auto answer = Get(address_, "/stream?length=1");
  EXPECT_EQ(answer.Field("Content-Length"), "15");
  EXPECT_EQ(answer.body, "piecepiecepiece");
}

TEST_F(HttpServerTest, Sends100ContinueWhenExpected) {
  Start();
  RawClient client(address_);

  client.Send(
      "POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.Read(25), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("ok");

  EXPECT_EQ(client.ReadAnswer()->body, "/post|ok");
}

TEST_F(HttpServerTest, ReadsChunkedBody) {
  Start();
  RawClient client(address_);

  client.Send(
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->body, "/c|abcde");
}

TEST_F(HttpServerTest, AnswersHandlerExceptionWith500AndKeepsConnection) {
  Start();
  RawClient client(address_);

  client.Send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->status, 500);
  EXPECT_EQ(client.ReadAnswer()->body, "/next|");
  EXPECT_EQ(logger_.Count("a route threw an exception"), 1U);
}

TEST_F(HttpServerTest, StopsTheWatchTokenWhenTheClientDisconnects) {
  Start();
  RawClient client(address_);
  client.Send("GET /watched HTTP/1.1\r\nHost: x\r\n\r\n");
  held_.get_future().wait();

  client.Reset();

  EXPECT_EQ(gone_.get_future().wait_for(10s), std::future_status::ready);
}

}  // namespace
}  // namespace marquee::gateway
