#include "services/gateway/ws/device_frames.h"

#include <gtest/gtest.h>

#include <random>

namespace marquee::gateway {
namespace {

TEST(DeviceFramesTest, ParsesEachLogEntry) {
  const auto frame = ParseDeviceFrame(
      R"({"kind":"client-log","deviceId":"tv","entries":[{"t":1700000000000,"level":"error",)"
      R"("message":"out of memory","data":{"heap":7}},{"level":"loud","message":"x"}]})");

  ASSERT_TRUE(frame.ok()) << frame.status();
  ASSERT_EQ(frame->log.size(), 2U);
  EXPECT_EQ(frame->log[0].at_ms, 1'700'000'000'000);
  EXPECT_EQ(frame->log[0].level, "error");
  EXPECT_EQ(frame->log[0].data_json, R"({"heap":7})");
  EXPECT_EQ(frame->log[1].level, "log");
}

TEST(DeviceFramesTest, RejectsLogWithoutEntriesOrWithTooMany) {
  std::string many = R"({"kind":"client-log","entries":[)";
  for (size_t i = 0; i <= kMaxLogEntries; ++i) many += R"({"message":"x"},)";
  many.back() = ']';
  many += '}';

  EXPECT_TRUE(absl::IsOutOfRange(ParseDeviceFrame(many).status()));
  EXPECT_TRUE(absl::IsOutOfRange(ParseDeviceFrame(R"({"kind":"client-log"})").status()));
  EXPECT_FALSE(ParseDeviceFrame(R"({"kind":"client-log","entries":[{"level":"log"}]})").ok());
  EXPECT_FALSE(ParseDeviceFrame(R"({"kind":"client-log","entries":[{"message":")" +
                                std::string(kMaxLogMessage + 1, 'x') + R"("}]})")
                   .ok());
}

TEST(DeviceFramesTest, PongContainsTheTimestampOfItsPing) {
  const absl::Time now = absl::FromUnixMillis(5000);
  EXPECT_EQ(PongFrame(now, 0), R"({"kind":"pong","t":5000})");
  EXPECT_EQ(PongFrame(now, 4990), R"({"kind":"pong","t":5000,"ts":4990})");
  EXPECT_EQ(ParseDeviceFrame(R"({"kind":"ping","timestamp":4990})")->client_ms, 4990);
  EXPECT_EQ(ParseDeviceFrame(R"({"kind":"ping","ts":1e300})")->client_ms, 0);
}

TEST(DeviceFramesTest, SyncTickHasTheFieldsOfTheProtocol) {
  EXPECT_EQ(
      SyncTickFrame(absl::FromUnixMillis(14500), 15000, 15000),
      R"({"kind":"sync-tick","payload":{"serverTime":14500,"periodMs":15000,"nextAt":15000}})");
}

// Any input is parsed or rejected, and no parsed field exceeds its limit.
class DeviceFramesFuzz : public ::testing::TestWithParam<uint32_t> {};

TEST_P(DeviceFramesFuzz, ParsesOrRejectsAnyInput) {
  std::mt19937 random(GetParam());
  const std::vector<std::string> seeds = {
      R"({"kind":"hello","deviceId":"a","secret":"b"})",
      R"({"kind":"ack","id":"x","status":"ok","info":null})",
      R"({"kind":"client-log","entries":[{"t":1,"level":"warn","message":"m","data":[1,{}]}]})",
      R"({"kind":"ping","ts":1700000000000})",
      R"({"kind":"sync-report","nextAt":1700000000000})",
      std::string(3000, '['),
      "{\"kind\":\"\xff\xfe\"}",
  };
  for (int round = 0; round < 4000; ++round) {
    std::string text = seeds[random() % seeds.size()];
    for (size_t edits = random() % 6; edits > 0 && !text.empty(); --edits) {
      const size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 8);
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), random() % 32));
          break;
        default:
          text.insert(at, std::to_string(random()));
          break;
      }
    }
    const auto frame = ParseDeviceFrame(text);
    if (!frame.ok()) continue;
    EXPECT_LE(frame->credentials.device_id.size(), 128U);
    EXPECT_LE(frame->info.size(), 1024U);
    EXPECT_LE(frame->log.size(), kMaxLogEntries);
    for (const DeviceLogEntry& entry : frame->log) EXPECT_LE(entry.message.size(), kMaxLogMessage);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceFramesFuzz, ::testing::Values(1, 2, 3));

TEST(DeviceFramesTest, LogDataIsLimitedInBytes) {
  const auto frame =
      ParseDeviceFrame(R"({"kind":"client-log","entries":[{"message":"m","data":")" +
                       std::string(100'000, 'x') + R"("},{"message":"n","data":7}]})");
  ASSERT_TRUE(frame.ok()) << frame.status();
  EXPECT_EQ(frame->log.at(0).data_json, R"({"leftOutBytes":100002})");
  EXPECT_EQ(frame->log.at(1).data_json, "7");
}

TEST(DeviceFramesTest, TreatsFieldsOfTheWrongTypeAsAbsent) {
  const auto frame = ParseDeviceFrame(R"({"kind":"hello","deviceId":7,"secret":["x"]})");
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->credentials.device_id, "");
  EXPECT_EQ(frame->credentials.secret, "");
}

TEST(DeviceFramesTest, RejectsDeepNesting) {
  EXPECT_FALSE(ParseDeviceFrame(std::string(1000, '[')).ok());
}

}  // namespace
}  // namespace marquee::gateway
