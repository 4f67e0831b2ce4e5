// Limits of the HTTP server: requests that are too large, too slow, too many or not HTTP, and the
// drain.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "services/gateway/http/http_server_fixture.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

TEST_F(HttpServerTest, RejectsTooLargeHeaderWith431) {
  Start();
  RawClient client(address_);

  client.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + std::string(20'000, 'a') + "\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->status, 431);
}

TEST_F(HttpServerTest, RejectsTooLargeBodyWith413) {
  Start({.max_body_bytes = 10});
  RawClient client(address_);

  client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901");

  EXPECT_EQ(client.ReadAnswer()->status, 413);
}

TEST_F(HttpServerTest, ClosesConnectionWhenHeaderTimesOut) {
  Start({.header_timeout = absl::Milliseconds(50)});
  RawClient client(address_);

  client.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");

  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(HttpServerTest, ClosesConnectionAfterIdleTimeout) {
  Start({.idle_timeout = absl::Milliseconds(50)});
  RawClient client(address_);

  client.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.ReadAnswer()->body, "/a|");
  EXPECT_EQ(client.ReadToEnd(), "");
}

class RequestSmuggling : public HttpServerTest,
                         public ::testing::WithParamInterface<const char*> {};
TEST_P(RequestSmuggling, IsRejectedAndConnectionClosed) {
  Start();
  RawClient client(address_);

  client.Send(GetParam());

  const auto answer = client.ReadAnswer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(client.ReadToEnd(), "");
}
INSTANTIATE_TEST_SUITE_P(
    HttpServer, RequestSmuggling,
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

TEST_F(HttpServerTest, RejectsConnectionAboveTheMaximumWith503) {
  Start({.max_connections = 1});
  RawClient first(address_);
  first.Send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
  held_.get_future().wait();

  RawClient second(address_);

  EXPECT_EQ(second.ReadAnswer()->status, 503);
  EXPECT_EQ(metrics_
                .counter("marquee_http_connections_refused_total",
                         "Client connections rejected because too many were open.",
                         {{"listener", "public"}})
                .value(),
            1);
  release_();
  EXPECT_EQ(first.ReadAnswer()->body, "released");
}

TEST_F(HttpServerTest, ANewAddressGetsAConnectionWhenAnotherHoldsAll) {
  Start({.max_connections = 3});
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(std::make_unique<RawClient>(address_, RawClient::Options{.from = "127.0.0.2"}));
    held.back()->Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(held.back()->ReadAnswer()->status, 200);
  }

  RawClient other(address_, {.from = "127.0.0.3"});
  other.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(other.ReadAnswer()->status, 200);
  EXPECT_EQ(held[0]->ReadToEnd(), "");  // the oldest one of the other address was closed
  EXPECT_EQ(metrics_
                .counter("marquee_http_connections_evicted_total",
                         "Client connections closed for those of other clients.",
                         {{"listener", "public"}})
                .value(),
            1);
  EXPECT_EQ(logger_.Count("the most connections are open"), 1U);
}

TEST_F(HttpServerTest, AnAdministratorsConnectionIsNotClosedForOthersAndItsAddressIsReported) {
  Start({.max_connections = 3});
  std::vector<std::unique_ptr<RawClient>> owners;
  for (int i = 0; i < 3; ++i) {
    owners.push_back(
        std::make_unique<RawClient>(address_, RawClient::Options{.from = "127.0.0.2"}));
    owners.back()->Send("GET /administration HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(owners.back()->ReadAnswer()->status, 200);
  }
  EXPECT_EQ(administrator_.get_future().get(), "127.0.0.2");

  EXPECT_EQ(RawClient(address_, {.from = "127.0.0.3"}).ReadAnswer()->status, 503);

  for (const auto& owner : owners) {
    owner->Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(owner->ReadAnswer()->status, 200);
  }
}

TEST_F(HttpServerTest, AnAddressThatHoldsItsShareOfConnectionsDoesNotStopOthers) {
  Start({.max_connections_per_address = 2});
  RawClient first(address_, {.from = "127.0.0.2"});
  auto second = std::make_unique<RawClient>(address_, RawClient::Options{.from = "127.0.0.2"});
  for (RawClient* client : {&first, second.get()}) {
    client->Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client->ReadAnswer()->status, 200);
  }

  EXPECT_EQ(RawClient(address_, {.from = "127.0.0.2"}).ReadAnswer()->status, 503);
  RawClient other(address_, {.from = "127.0.0.3"});
  other.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(other.ReadAnswer()->status, 200);
  EXPECT_EQ(metrics_
                .counter("marquee_http_connections_refused_by_address_total",
                         "Client connections closed at once: their address had its share.",
                         {{"listener", "public"}})
                .value(),
            1);

  // Its place is free once the server has seen the end of the connection.
  second->Send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(second->ReadAnswer()->status, 200);
  second.reset();
  const absl::Duration until = clock_.Monotonic() + absl::Seconds(10);
  while (server_->connections() > 2 && clock_.Monotonic() < until) std::this_thread::yield();
  RawClient again(address_, {.from = "127.0.0.2"});
  again.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(again.ReadAnswer()->status, 200);
}

TEST_F(HttpServerTest, AReverseProxyHasNoBoundOfItsOwn) {
  proxy_ = "127.0.0.2";
  Start({.max_connections_per_address = 1});
  std::vector<std::unique_ptr<RawClient>> held;

  for (int i = 0; i < 5; ++i) {
    held.push_back(std::make_unique<RawClient>(address_, RawClient::Options{.from = "127.0.0.2"}));
    held.back()->Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(held.back()->ReadAnswer()->status, 200);
  }
}

TEST_F(HttpServerTest, StartFailsWhenPortIsInUse) {
  Start();
  const auto port = static_cast<uint16_t>(std::stoi(address_.substr(address_.rfind(':') + 1)));

  HttpServer second(
      {.port = port},
      {.io = io_, .clock = clock_, .logger = logger_, .metrics = metrics_, .handler = nullptr});
  const auto started = second.Start();

  EXPECT_EQ(started.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(started.status().ToString().find(address_ + " is taken"), std::string::npos);
}

TEST_F(HttpServerTest, DrainFinishesActiveRequestsAndClosesIdleConnections) {
  Start();
  // Order matters: the drain reaches the second thread last, so when the idle connection is closed,
  // the busy one has already been notified.
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

TEST_F(HttpServerTest, DrainClosesActiveConnectionsAtDeadline) {
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
