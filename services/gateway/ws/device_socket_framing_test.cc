// WebSocket framing of /ws/devices (RFC 6455) over real sockets: handshake keys, fragments, size
// limits and violations, each with its close code.
#include <gtest/gtest.h>

#include "services/gateway/ws/device_socket_fixture.h"

namespace marquee::gateway {
namespace {

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

}  // namespace
}  // namespace marquee::gateway
