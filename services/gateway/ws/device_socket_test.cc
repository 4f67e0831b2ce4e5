// /ws/devices over real sockets with hand-written frames: valid use and protocol violations.
#include "services/gateway/ws/device_socket.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>

#include "libs/testing/capturing_logger.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/raw_client.h"
#include "services/gateway/ws/device_frames.h"
#include "services/gateway/ws/event_feed.h"

namespace marquee::gateway {
namespace {

// A minimal WebSocket client (RFC 6455): frames masked with zeros, no extensions.
class Display {
 public:
  // `early`: bytes sent in one packet with the upgrade request.
  explicit Display(const std::string& address, const std::string& early = "",
                   const std::string& key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
      : client_(address) {
    client_.Send(
        "GET /ws/devices HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\n" +
        key + "\r\n" + early);
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string byte = client_.Read(1);
      if (byte.empty()) break;
      head += byte;
    }
    head_ = head;
    upgraded_ = head.starts_with("HTTP/1.1 101");
  }

  bool upgraded() const { return upgraded_; }
  const std::string& head() const { return head_; }
  // false: the peer has closed or reset the connection.
  bool Raw(const std::string& bytes) { return client_.Send(bytes); }
  void Hello(const std::string& device, const std::string& secret) {
    Text(R"({"kind":"hello","deviceId":")" + device + R"(","secret":")" + secret + R"("})");
  }
  void Text(const std::string& text) { Frame(0x81, text); }
  void Frame(int first, const std::string& payload) { Raw(FrameOf(first, payload)); }
  static std::string FrameOf(int first, const std::string& payload) {
    std::string frame(1, static_cast<char>(first));
    // The shortest form of the length, as RFC 6455 requires.
    const int extended = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    frame += static_cast<char>(0x80 | (extended == 0   ? static_cast<int>(payload.size())
                                       : extended == 2 ? 126
                                                       : 127));
    for (int shift = (extended - 1) * 8; shift >= 0; shift -= 8) {
      frame += static_cast<char>((static_cast<uint64_t>(payload.size()) >> shift) & 0xff);
    }
    return frame + std::string(4, '\0') + payload;
  }

  struct Received {
    int opcode = -1;  // -1: the connection ended
    std::string payload;
    int close_code() const {
      return opcode == 8 && payload.size() >= 2 ? (static_cast<unsigned char>(payload[0]) << 8) |
                                                      static_cast<unsigned char>(payload[1])
                                                : -1;
    }
    std::string close_reason() const { return payload.size() > 2 ? payload.substr(2) : ""; }
  };
  Received Read() {
    const std::string head = client_.Read(2);
    if (head.size() < 2) return {};
    size_t length = static_cast<unsigned char>(head[1]) & 0x7fU;
    const int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (extended > 0) {
      length = 0;
      for (const char c : client_.Read(static_cast<size_t>(extended))) {
        length = (length << 8) | static_cast<unsigned char>(c);
      }
    }
    return {static_cast<unsigned char>(head[0]) & 0x0f, client_.Read(length)};
  }

 private:
  RawClient client_;
  std::string head_;  // of the handshake response
  bool upgraded_ = false;
};

Command MakeCommand(const std::string& id, const std::string& type) {
  Command command;
  command.id = id;
  command.type = type;
  return command;
}

class DeviceSocketTest : public ::testing::Test {
 public:
  ~DeviceSocketTest() override {
    if (server_) {
      hub_.Drain(absl::Now() + absl::Seconds(5));
      server_->Drain(absl::Now() + absl::Seconds(5));
    }
    io_.Stop();
  }

 protected:
  void Start(DeviceSockets::Options options = {}) {
    sockets_.emplace(options, DeviceSockets::Deps{.clock = clock_,
                                                  .logger = logger_,
                                                  .metrics = metrics_,
                                                  .devices = devices_,
                                                  .registry_stream = registry_stream_,
                                                  .hub = hub_});
    server_.emplace(HttpServer::Options{.port = 0},
                    HttpServer::Deps{.io = io_,
                                     .clock = clock_,
                                     .logger = logger_,
                                     .metrics = metrics_,
                                     .handler = [](RequestPtr) -> asio::awaitable<Response> {
                                       co_return Response::Empty(404);
                                     },
                                     .upgrades = &*sockets_});
    address_ = server_->Start().value();
    io_.Start();
  }

  std::unique_ptr<Display> Joined(const std::string& device) {
    auto display = std::make_unique<Display>(address_);
    display->Hello(device, "right");
    EXPECT_NE(display->Read().payload.find("hello-ack"), std::string::npos);
    return display;
  }

  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  FakeDevices devices_;
  FakeRegistryStream registry_stream_;
  IoThreads io_{2};
  SettingsDirectory settings_{clock_};
  EventFeed events_;
  DeviceHub hub_{registry_stream_, settings_, events_};
  std::optional<DeviceSockets> sockets_;
  std::optional<HttpServer> server_;
  std::string address_;
};

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

TEST_F(DeviceSocketTest, ClosesWith1007OnInvalidJson) {
  Start();
  Display display(address_);
  display.Text("not json");
  EXPECT_EQ(display.Read().close_code(), 1007);
}

TEST_F(DeviceSocketTest, ClosesWith1009OnTooLargeFrame) {
  Start({.max_frame_bytes = 1000});
  Display display(address_);
  display.Text(std::string(1001, ' '));
  EXPECT_EQ(display.Read().close_code(), 1009);
}

TEST_F(DeviceSocketTest, ClosesOnFragmentsThatSumAboveTheLimit) {
  Start({.max_frame_bytes = 1000});
  for (const bool together : {true, false}) {
    Display display(address_);
    const std::string first = Display::FrameOf(0x01, std::string(600, ' '));
    const std::string second = Display::FrameOf(0x80, std::string(600, ' '));
    if (together) {
      display.Raw(first + second);
    } else {
      display.Raw(first);
      display.Raw(second);
    }
    EXPECT_EQ(display.Read().close_code(), 1009) << together;
  }
}

TEST_F(DeviceSocketTest, ClosesOnManySmallFragmentsThatSumAboveTheLimit) {
  Start();
  Display display(address_);
  std::string frames = Display::FrameOf(0x01, std::string(64 * 1024, ' '));
  for (int i = 0; i < 16; ++i) frames += Display::FrameOf(0x00, std::string(64 * 1024, ' '));
  display.Raw(frames);
  EXPECT_EQ(display.Read().close_code(), 1009);
}

TEST_F(DeviceSocketTest, CloseFrameReachesAClientThatIsStillSending) {
  Start({.max_frame_bytes = 1000});
  Display display(address_);
  const std::string piece = Display::FrameOf(0x00, std::string(100'000, ' '));

  display.Raw(Display::FrameOf(0x01, std::string(600, ' ')));
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(display.Raw(piece)) << i;

  EXPECT_EQ(display.Read().close_code(), 1009);
}

TEST_F(DeviceSocketTest, AcceptsMessageInFragments) {
  Start();
  const auto display = Joined("tv");
  display->Frame(0x01, R"({"kind")");
  display->Frame(0x89, "between");
  display->Frame(0x00, R"(:"ping")");
  display->Frame(0x80, R"(,"ts":1})");
  EXPECT_EQ(display->Read().opcode, 10);
  EXPECT_NE(display->Read().payload.find("pong"), std::string::npos);
}

TEST_F(DeviceSocketTest, AcceptsFramesSentWithTheUpgradeRequest) {
  Start();
  const std::string hello =
      Display::FrameOf(0x81, R"({"kind":"hello","deviceId":"tv","secret":"right"})");
  const std::string ping = Display::FrameOf(0x81, R"({"kind":"ping","ts":1})");
  for (const size_t with_request :
       {hello.size() + ping.size(), hello.size(), size_t{9}, size_t{1}}) {
    const std::string all = hello + ping;
    Display display(address_, all.substr(0, with_request));
    ASSERT_TRUE(display.upgraded());
    display.Raw(all.substr(with_request));
    EXPECT_NE(display.Read().payload.find("hello-ack"), std::string::npos) << with_request;
    EXPECT_NE(display.Read().payload.find("pong"), std::string::npos) << with_request;
  }
}

TEST_F(DeviceSocketTest, AcceptsLargeFrameSentWithTheUpgradeRequest) {
  Start();
  Display display(
      address_, Display::FrameOf(0x81, R"({"kind":"hello","deviceId":"tv","secret":"right","x":")" +
                                           std::string(20'000, 'x') + "\"}"));
  EXPECT_NE(display.Read().payload.find("hello-ack"), std::string::npos);
}

class BadKey : public DeviceSocketTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(BadKey, IsRejected) {
  Start();
  const Display display(address_, "", GetParam());
  EXPECT_TRUE(display.head().starts_with("HTTP/1.1 400 ")) << display.head();
}
INSTANTIATE_TEST_SUITE_P(Handshake, BadKey,
                         ::testing::Values("", "Sec-WebSocket-Key:\r\n",
                                           "Sec-WebSocket-Key: c2hvcnQ=\r\n",
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n",
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZW1vcmU=\r\n",
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZX==\r\n",
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j_Q==\r\n",
                                           "Sec-WebSocket-Key: not base64 at all!!!!!=\r\n",
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));

struct FrameCase {
  const char* name;
  int code;
  std::string bytes;
};
class BadFrame : public DeviceSocketTest, public ::testing::WithParamInterface<FrameCase> {};
TEST_P(BadFrame, ClosesWithTheCodeOfTheError) {
  Start();
  const auto display = Joined("tv");
  display->Raw(GetParam().bytes);
  EXPECT_EQ(display->Read().close_code(), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Frames, BadFrame,
    ::testing::Values(
        FrameCase{"PingTooLong", 1002, Display::FrameOf(0x89, std::string(126, 'p'))},
        FrameCase{"CloseTooLong", 1002, Display::FrameOf(0x88, "\x03\xe8" + std::string(130, 'p'))},
        FrameCase{"PingInFragments", 1002, Display::FrameOf(0x09, "p")},
        FrameCase{"CloseInFragments", 1002, Display::FrameOf(0x08, "\x03\xe8")},
        FrameCase{"ReservedBit1", 1002, Display::FrameOf(0xc1, "{}")},
        FrameCase{"ReservedBit2", 1002, Display::FrameOf(0xa1, "{}")},
        FrameCase{"ReservedBit3", 1002, Display::FrameOf(0x91, "{}")},
        FrameCase{"ReservedBitOfPing", 1002, Display::FrameOf(0xc9, "")},
        FrameCase{"ReservedOpcode", 1002, Display::FrameOf(0x83, "{}")},
        FrameCase{"ReservedControlOpcode", 1002, Display::FrameOf(0x8b, "")},
        FrameCase{"Unmasked", 1002, std::string("\x81\x02{}", 4)},
        FrameCase{"UnmaskedPing", 1002, std::string("\x89\x00", 2)},
        FrameCase{"ContinuationOfNothing", 1002, Display::FrameOf(0x80, "{}")},
        FrameCase{"NewMessageInsideOne", 1002,
                  Display::FrameOf(0x01, "{") + Display::FrameOf(0x81, "}")},
        FrameCase{"LengthNotShortest", 1002, std::string("\x81\xfe\x00\x02\x00\x00\x00\x00{}", 10)},
        FrameCase{"LengthOfSixtyFourBits", 1009,
                  std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 14)},
        FrameCase{"CloseCodeOfOneByte", 1002, Display::FrameOf(0x88, "\x03")},
        FrameCase{"CloseCodeReserved", 1002, Display::FrameOf(0x88, "\x03\xed")},
        FrameCase{"CloseCode999", 1002, Display::FrameOf(0x88, "\x03\xe7")},
        FrameCase{"CloseCode2999", 1002, Display::FrameOf(0x88, "\x0b\xb7")},
        FrameCase{"CloseReasonNotUtf8", 1002, Display::FrameOf(0x88, "\x03\xe8\xff\xfe")},
        FrameCase{"TextNotUtf8", 1007, Display::FrameOf(0x81, "{\"kind\":\"\xff\"}")},
        FrameCase{"TextEndsInsideALetter", 1007, Display::FrameOf(0x81, "{\"kind\":\"\xc3")},
        FrameCase{"FragmentNotUtf8", 1007,
                  Display::FrameOf(0x01, "{\"kind\":\"\xc3") + Display::FrameOf(0x80, "\xff\"}")},
        FrameCase{"Surrogate", 1007, Display::FrameOf(0x81, "{\"kind\":\"\xed\xa0\x80\"}")}),
    [](const ::testing::TestParamInfo<FrameCase>& info) { return info.param.name; });

TEST_F(DeviceSocketTest, ClosesOnBinaryFrames) {
  Start();
  Display display(address_);
  display.Frame(0x82, "bytes");
  EXPECT_EQ(display.Read().close_code(), 1003);
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

TEST(DeviceFrames, TreatsFieldsOfTheWrongTypeAsAbsent) {
  const auto frame = ParseDeviceFrame(R"({"kind":"hello","deviceId":7,"secret":["x"]})");
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->credentials.device_id, "");
  EXPECT_EQ(frame->credentials.secret, "");
}

TEST(DeviceFrames, RejectsDeepNesting) {
  EXPECT_FALSE(ParseDeviceFrame(std::string(1000, '[')).ok());
}

}  // namespace
}  // namespace marquee::gateway
