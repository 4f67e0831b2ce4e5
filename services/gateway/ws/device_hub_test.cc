#include "services/gateway/ws/device_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "libs/testing/fake_clock.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/ws/event_feed.h"

namespace marquee::gateway {
namespace {

class FakeSession final : public DeviceSession {
 public:
  FakeSession(asio::io_context& io, int64_t id) : executor_(io.get_executor()), id_(id) {}
  int64_t socket_id() const override { return id_; }
  asio::any_io_executor executor() const override { return executor_; }
  void Send(Bytes frame, std::string) override { frames.push_back(std::move(frame)); }
  void SendHere(const Bytes& frame, const std::string&) override { frames.push_back(frame); }
  void Close(int, std::string) override {}
  void Abort() override {}

  std::vector<Bytes> frames;

 private:
  asio::any_io_executor executor_;
  int64_t id_;
};

class Ear final : public DeviceEvents {
 public:
  void OnSocket(const std::string& device_id, bool connected) override {
    heard.push_back(device_id + (connected ? " up" : " down"));
  }
  void OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) override {
    heard.push_back(device_id + " " + entries.front().message);
  }
  std::vector<std::string> heard;
};

class DeviceHubTest : public ::testing::Test {
 protected:
  std::shared_ptr<FakeSession> Join(const std::string& device) {
    auto session = std::make_shared<FakeSession>(io_, hub_.NextSocketId());
    hub_.Enter(session);
    hub_.Join(device, session);
    return session;
  }
  void Tell(const std::vector<std::string>& ids, const std::string& hash, const std::string& json) {
    hub_.SettingsInForce({.device_ids = ids,
                          .identities = {},
                          .content_hash = hash,
                          .settings_json = json,
                          .removed = false});
  }
  void Run() {
    io_.restart();
    io_.run();
  }

  testing::FakeClock clock_;
  asio::io_context io_;
  FakeRegistryStream registry_stream_;
  SettingsDirectory settings_{clock_};
  EventFeed events_;
  DeviceHub hub_{registry_stream_, settings_, events_};
};

TEST_F(DeviceHubTest, CommandToManyDisplaysSharesOneBuffer) {
  const auto a = Join("a");
  const auto b = Join("b");
  Command command;
  command.id = "job";
  command.type = "playback.next";

  const auto absent = hub_.DeliverToMany({{"a", 1}, {"b", 2}, {"c", 3}, {"b", 9}}, command);
  Run();

  ASSERT_EQ(a->frames.size(), 1U);
  ASSERT_EQ(b->frames.size(), 1U);
  EXPECT_EQ(a->frames[0].get(), b->frames[0].get());
  EXPECT_EQ(absent.size(), 2U);
}

TEST_F(DeviceHubTest, ChangedKeysAreSentCompleteWithDefaults) {
  const auto a = Join("a");
  hub_.SettingsBegin();
  Tell({"a"}, "h", R"({"wallartMode":{"columns":8}})");

  hub_.ApplySettings({"a"}, R"({"wallartMode":{"columns":8},"clockWidget":null,"own":null})");
  Run();

  ASSERT_EQ(a->frames.size(), 1U);
  EXPECT_THAT(*a->frames[0], ::testing::HasSubstr(R"("columns":8)"));
  EXPECT_THAT(*a->frames[0], ::testing::HasSubstr(R"("itemsPerScreen":30)"));
  EXPECT_THAT(*a->frames[0], ::testing::HasSubstr(R"("clockWidget":true)"));
  EXPECT_THAT(*a->frames[0], ::testing::HasSubstr(R"("own":null)"));
}

TEST_F(DeviceHubTest, RemovedSettingIsSentAsNull) {
  const auto a = Join("a");
  hub_.SettingsBegin();
  Tell({"a"}, "h", R"({"wallartMode":{"columns":8}})");

  hub_.ApplySettings(
      {"a"}, R"({"wallartMode":{"columns":8,"density":null,"musicMode":{"enabled":null}}})");
  Run();

  ASSERT_EQ(a->frames.size(), 1U);
  EXPECT_THAT(*a->frames[0], ::testing::HasSubstr(R"("density":"medium")")) << "the default";
  EXPECT_THAT(*a->frames[0], ::testing::HasSubstr(R"("musicMode":{"enabled":null})"));
}

TEST_F(DeviceHubTest, DisplaysOfOnePeriodGetTheSameInstantOncePerPeriod) {
  const auto a = Join("a");
  const auto b = Join("b");
  const auto alone = Join("alone");
  hub_.SettingsBegin();
  Tell({"alone"}, "off", R"({"syncEnabled":false})");
  const absl::Time start = absl::FromUnixMillis(1'700'000'010'000);  // a multiple of 15 s

  int ticks = 0;
  for (int ms = 0; ms < 45'000; ms += 200) {
    hub_.SyncTick(start + absl::Milliseconds(ms));
    Run();
    ticks = static_cast<int>(a->frames.size());
  }

  EXPECT_EQ(ticks, 3);
  EXPECT_EQ(b->frames.size(), 3U);
  EXPECT_EQ(a->frames[0].get(), b->frames[0].get());
  EXPECT_TRUE(alone->frames.empty());
  EXPECT_THAT(*a->frames[0], ::testing::HasSubstr(R"("nextAt":1700000025000)"));
}

TEST_F(DeviceHubTest, ListenersReceiveSocketEventsAndLogs) {
  auto ear = std::make_shared<Ear>();
  auto guard = events_.Listen(ear);

  const auto a = Join("a");
  hub_.Log("a", {{.at_ms = 0, .level = "error", .message = "hot", .data_json = ""}});
  hub_.LogOfDevice("elsewhere", {{.at_ms = 0, .level = "log", .message = "cold", .data_json = ""}});
  hub_.Exit("a", *a);
  guard.reset();
  Join("b");

  EXPECT_EQ(ear->heard, (std::vector<std::string>{"a up", "a hot", "elsewhere cold", "a down"}));
  EXPECT_TRUE(registry_stream_.Await("log a error hot"));
}

TEST_F(DeviceHubTest, DigestCoversTheOpenSockets) {
  const auto first = Join("a");
  const auto second = Join("a");  // replaces the first
  const auto b = Join("b");
  hub_.Exit("a", *first);
  hub_.Exit("b", *b);
  base::SetDigest expected;
  expected.Toggle("a", second->socket_id());

  hub_.DigestTick(clock_.Now());
  EXPECT_TRUE(registry_stream_.Await("digest 1 " + std::to_string(expected.value())));
  const auto list = hub_.OpenSockets();
  ASSERT_EQ(list.sockets.size(), 1U);
  EXPECT_EQ(list.sockets[0].socket_id, second->socket_id());
  EXPECT_EQ(list.sockets[0].sequence, 2);
  EXPECT_EQ(list.sequence, 4);  // the end of the replaced socket changed nothing

  hub_.Exit("a", *second);
  hub_.DigestTick(clock_.Now() + DeviceHub::kDigestEvery);
  EXPECT_TRUE(registry_stream_.Await("digest 0 0"));
}

}  // namespace
}  // namespace marquee::gateway
