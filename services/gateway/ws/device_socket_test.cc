// The protocol of /ws/devices over real sockets: hello, commands, limits, keep-alive and drain.
#include <gtest/gtest.h>

#include <thread>

#include "services/gateway/ws/device_socket_fixture.h"

namespace marquee::gateway {
namespace {

TEST_F(DeviceSocketTest, RefusesSocketsBeyondTheShareOfTheirAddress) {
  Start({.max_sockets_per_address = 2});
  Display first(address_);
  auto second = std::make_unique<Display>(address_);
  ASSERT_TRUE(first.upgraded() && second->upgraded());

  const Display third(address_);

  EXPECT_TRUE(third.head().starts_with("HTTP/1.1 503 ")) << third.head();
  EXPECT_EQ(metrics_
                .counter("marquee_ws_refused_by_address_total",
                         "WebSockets refused: their address had its share of them.")
                .value(),
            1);
  second->Frame(0x88, std::string("\x03\xe8", 2));
  EXPECT_EQ(second->Read().close_code(), 1000);
  second.reset();
  const absl::Duration until = clock_.Monotonic() + absl::Seconds(10);
  while (server_->connections() > 1 && clock_.Monotonic() < until) std::this_thread::yield();
  EXPECT_TRUE(Display(address_).upgraded());
}

TEST_F(DeviceSocketTest, SocketsWithoutHelloAreClosedForOthersAndAuthenticatedOnesAreNot) {
  Start({}, 2);
  Display display(address_);
  ASSERT_TRUE(display.upgraded());
  display.Hello("device-1", "right");
  EXPECT_NE(display.Read().payload.find("hello-ack"), std::string::npos);
  Display silent(address_);
  ASSERT_TRUE(silent.upgraded());

  const Display next(address_);

  EXPECT_TRUE(next.upgraded());
  EXPECT_EQ(silent.Read().opcode, -1);  // closed
  display.Text(R"({"kind":"ping","ts":1764000000000})");
  EXPECT_NE(display.Read().payload.find("pong"), std::string::npos);
}

TEST_F(DeviceSocketTest, AnswersHelloAndReportsTheSocketToTheRegistry) {
  Start();
  Display display(address_);
  ASSERT_TRUE(display.upgraded());

  display.Hello("tv", "right");

  const auto ack = display.Read();
  EXPECT_EQ(ack.opcode, 1);
  EXPECT_TRUE(ack.payload.starts_with(R"({"kind":"hello-ack","serverTime":)")) << ack.payload;
  EXPECT_TRUE(registry_stream_.Await("up tv 1"));
}

TEST_F(DeviceSocketTest, ClosesWith1008OnWrongSecret) {
  Start();
  Display display(address_);
  display.Hello("tv", "wrong");
  const auto close = display.Read();
  EXPECT_EQ(close.close_code(), 1008);
  EXPECT_EQ(close.close_reason(), "Unauthorized");
}

TEST_F(DeviceSocketTest, ClosesWith1011WhenTheDevicesServiceCannotVerify) {
  devices_.authenticated = absl::UnavailableError("away");
  Start();
  Display display(address_);
  display.Hello("tv", "wrong");
  EXPECT_EQ(display.Read().close_code(), 1011);
}

TEST_F(DeviceSocketTest, ClosesWith1008WhenTheFirstFrameIsNotHello) {
  Start();
  Display display(address_);
  display.Text(R"({"kind":"ping"})");
  const auto close = display.Read();
  EXPECT_EQ(close.close_code(), 1008);
  EXPECT_EQ(close.close_reason(), "Authenticate first");
}

TEST_F(DeviceSocketTest, ClosesWith1008WhenHelloHasNoCredentials) {
  Start();
  Display display(address_);
  display.Text(R"({"kind":"hello","deviceId":"tv"})");
  EXPECT_EQ(display.Read().close_reason(), "Missing credentials");
}

TEST_F(DeviceSocketTest, ClosesWith1008WhenHelloTimesOut) {
  Start({.hello_timeout = absl::Milliseconds(30)});
  Display display(address_);
  EXPECT_EQ(display.Read().close_reason(), "Authentication timeout");
}

TEST_F(DeviceSocketTest, AnswersAPing) {
  Start();
  const auto display = Joined("tv");
  display->Text(R"({"kind":"ping","ts":1})");
  EXPECT_TRUE(display->Read().payload.starts_with(R"({"kind":"pong","t":)"));
}

TEST_F(DeviceSocketTest, ClosesOnASecondHello) {
  Start();
  const auto display = Joined("tv");
  display->Hello("tv", "right");
  EXPECT_EQ(display->Read().close_code(), 1008);
}

TEST_F(DeviceSocketTest, DeliversCommandAndReturnsAcknowledgement) {
  Start();
  const auto display = Joined("tv");
  ASSERT_TRUE(registry_stream_.Await("up tv 1"));

  EXPECT_TRUE(hub_.Deliver("tv", 1, MakeCommand("c1", "playback.next")));

  EXPECT_EQ(display->Read().payload,
            R"({"kind":"command","type":"playback.next","payload":{},"id":"c1"})");
  display->Text(R"({"kind":"ack","id":"c1","status":"ok","info":null})");
  EXPECT_TRUE(registry_stream_.Await("ack tv c1 ok"));
}

TEST_F(DeviceSocketTest, DeliverFailsForAnUnknownSocket) {
  Start();
  const auto display = Joined("tv");
  ASSERT_TRUE(registry_stream_.Await("up tv 1"));
  EXPECT_FALSE(hub_.Deliver("tv", 99, {}));
  EXPECT_FALSE(hub_.Deliver("other", 0, {}));
}

TEST_F(DeviceSocketTest, NewerSocketReplacesTheOlderAndSurvivesItsEnd) {
  Start();
  auto older = Joined("tv");
  ASSERT_TRUE(registry_stream_.Await("up tv 1"));

  const auto newer = Joined("tv");

  EXPECT_EQ(older->Read().close_code(), 4000);
  older->Frame(0x88, std::string("\x0f\xa0", 2));
  older.reset();
  EXPECT_TRUE(registry_stream_.Await("up tv 2"));
  EXPECT_TRUE(hub_.Deliver("tv", 2, MakeCommand("c", "t")));
  EXPECT_NE(newer->Read().payload.find("command"), std::string::npos);
}

TEST_F(DeviceSocketTest, ClosesWith1008AboveTheMessageRate) {
  Start({.messages_per_second = 0.001, .message_burst = 3});
  const auto display = Joined("tv");
  for (int i = 0; i < 3; ++i) display->Text(R"({"kind":"other"})");
  const auto close = display->Read();
  EXPECT_EQ(close.close_code(), 1008);
  EXPECT_EQ(close.close_reason(), "Rate limit exceeded");
}

TEST_F(DeviceSocketTest, ClosesSocketWithoutPong) {
  Start({.ping_every = absl::Milliseconds(30), .pong_within = absl::Milliseconds(30)});
  const auto display = Joined("tv");
  EXPECT_EQ(display->Read().opcode, 9);
  EXPECT_EQ(display->Read().opcode, -1);
  EXPECT_TRUE(registry_stream_.Await("down tv 1"));
}

TEST_F(DeviceSocketTest, KeepsSocketThatAnswersPings) {
  Start({.ping_every = absl::Milliseconds(30), .pong_within = absl::Milliseconds(20)});
  const auto display = Joined("tv");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(display->Read().opcode, 9);
    display->Frame(0x8a, "");
  }
}

TEST_F(DeviceSocketTest, ReportsAClosedSocketToTheRegistry) {
  Start();
  Joined("tv").reset();
  EXPECT_TRUE(registry_stream_.Await("down tv 1"));
}

TEST_F(DeviceSocketTest, SharesSettingsFrameAmongReceivers) {
  Start();
  const auto one = Joined("one");
  const auto two = Joined("two");
  ASSERT_TRUE(registry_stream_.Await("up two 2"));

  hub_.SettingsBegin();
  hub_.SettingsInForce({.device_ids = {},
                        .identities = {},
                        .content_hash = "h",
                        .settings_json = R"({"showPoster":false})",
                        .removed = false});
  hub_.ApplySettings({"one", "two", "absent"}, R"({"showPoster":false})");

  const std::string frame = R"({"kind":"apply-settings","payload":{"showPoster":false}})";
  EXPECT_EQ(one->Read().payload, frame);
  EXPECT_EQ(two->Read().payload, frame);
}

TEST_F(DeviceSocketTest, DrainClosesWith1001) {
  Start();
  auto display = Joined("tv");
  ASSERT_TRUE(registry_stream_.Await("up tv 1"));

  std::thread drain([this] { hub_.Drain(absl::Now() + absl::Seconds(10)); });

  EXPECT_EQ(display->Read().close_code(), 1001);
  display->Frame(0x88, std::string("\x03\xe9", 2));
  display.reset();
  drain.join();
  EXPECT_EQ(hub_.size(), 0U);
}

}  // namespace
}  // namespace marquee::gateway
