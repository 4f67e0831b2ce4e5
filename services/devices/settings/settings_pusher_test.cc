#include "services/devices/settings/settings_pusher.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"

namespace marquee::devices {
namespace {

class FakeSettingsSink final : public SettingsSink {
 public:
  void ApplySettings(const std::vector<std::pair<std::string, Socket>>& sockets,
                     const boost::json::object& changed) override {
    for (const auto& [device_id, socket] : sockets) {
      sent.push_back(device_id + " " + boost::json::serialize(changed));
    }
  }
  absl::Status Navigate(const std::vector<std::string>& device_ids,
                        const std::string& mode) override {
    for (const std::string& device_id : device_ids) sent.push_back(device_id + " to " + mode);
    return absl::OkStatus();
  }
  std::vector<std::string> sent;
};

SettingsBodyPtr Body(std::string_view json) {
  SettingsBody body;
  body.object = ObjectOf(json);
  body.json = CanonicalJson(body.object);
  body.hash = ContentHash(body.json);
  body.mode = DisplayMode(body.object);
  return std::make_shared<const SettingsBody>(std::move(body));
}

class SettingsPusherTest : public ::testing::Test {
 protected:
  void Change(const std::string& device_id, const SettingsBodyPtr& before,
              const SettingsBodyPtr& after) {
    pusher_.Note({.generation = 1,
                  .changes = {{.device_id = device_id,
                               .install_id = "",
                               .hardware_id = "",
                               .before = before,
                               .after = after}}});
  }
  void Look() {
    clock_.Advance(absl::Seconds(2));
    pusher_.Tick();
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  PresenceTracker presence_{clock_};
  FakeSettingsSink sink_;
  SettingsPusher pusher_{{.presence = presence_,
                          .clock = clock_,
                          .sink = sink_,
                          .logger = logger_,
                          .metrics = metrics_}};
  const SettingsBodyPtr plain_ = Body("{}");
  const SettingsBodyPtr no_clock_ = Body(R"({"clockWidget":false})");
  const SettingsBodyPtr cinema_ = Body(R"({"cinemaMode":true})");
};

TEST_F(SettingsPusherTest, SendsAChangedModeAsNavigationAndOtherChangesDirectly) {
  presence_.SocketUp("a", {.stream = 1, .socket_id = 1});
  presence_.SocketUp("b", {.stream = 1, .socket_id = 2});

  Change("a", plain_, cinema_);
  Change("b", plain_, no_clock_);
  pusher_.Tick();

  EXPECT_EQ(sink_.sent, (std::vector<std::string>{"a to cinema", R"(b {"clockWidget":false})"}));
}

TEST_F(SettingsPusherTest, SendsSeveralChangesAsOne) {
  presence_.SocketUp("a", {.stream = 1, .socket_id = 1});

  Change("a", plain_, no_clock_);
  Change("a", no_clock_, cinema_);
  Change("a", cinema_, plain_);
  pusher_.Tick();

  EXPECT_TRUE(sink_.sent.empty());
}

TEST_F(SettingsPusherTest, SendsChangesWhenADisplayReconnects) {
  Change("a", plain_, no_clock_);
  pusher_.Tick();
  ASSERT_TRUE(sink_.sent.empty());

  presence_.SocketUp("a", {.stream = 1, .socket_id = 1});
  Look();
  Look();

  EXPECT_EQ(sink_.sent, (std::vector<std::string>{R"(a {"clockWidget":false})"}));
}

TEST_F(SettingsPusherTest, SendsNothingToADisplayThatWasAwayForLong) {
  Change("a", plain_, no_clock_);
  pusher_.Tick();

  clock_.Advance(SettingsPusher::kRemember + absl::Seconds(1));
  presence_.SocketUp("a", {.stream = 1, .socket_id = 1});
  Look();

  EXPECT_TRUE(sink_.sent.empty());
}

}  // namespace
}  // namespace marquee::devices
