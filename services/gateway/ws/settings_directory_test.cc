#include "services/gateway/ws/settings_directory.h"

#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"

namespace marquee::gateway {
namespace {

class SettingsDirectoryTest : public ::testing::Test {
 protected:
  SettingsDirectoryTest() { directory_.BeginAnew(); }

  void Tell(const std::vector<std::string>& ids, const std::string& hash,
            std::optional<std::string> json = {}, std::vector<DeviceIdentity> identities = {}) {
    directory_.Apply({.device_ids = ids,
                      .identities = std::move(identities),
                      .content_hash = hash,
                      .settings_json = std::move(json),
                      .removed = false});
  }
  bool Clock(const DisplayKnownBy& known) {
    return directory_.Of(known)->settings.at("clockWidget").as_bool();
  }

  testing::FakeClock clock_;
  SettingsDirectory directory_{clock_};
};

TEST_F(SettingsDirectoryTest, DefaultsApplyBeforeTheFirstUpdate) {
  EXPECT_TRUE(Clock({.device_id = "tv"}));
  EXPECT_EQ(directory_.OfDevice("tv")->hash, "");
  EXPECT_EQ(directory_.OfDevice("tv")->sync_period_ms, 15'000);
}

TEST_F(SettingsDirectoryTest, SettingsOverrideDefaults) {
  Tell({}, "h0",
       R"({"wallartMode":{"columns":8},"mode":"wallart","mediaServers":[{"token":"x"}]})");

  const auto& settings = directory_.Of({})->settings;
  EXPECT_EQ(settings.at("wallartMode").at("columns"), 8);
  EXPECT_EQ(settings.at("wallartMode").at("itemsPerScreen"), 30);
  EXPECT_EQ(settings.at("mode"), "wallart");
  EXPECT_FALSE(settings.contains("mediaServers"));
}

TEST_F(SettingsDirectoryTest, FindsDisplayByIdInstallIdCookieOrHardwareId) {
  Tell({}, "plain", "{}");
  Tell({"tv"}, "dark", R"({"clockWidget":false})", {{.install_id = "inst", .hardware_id = "hw"}});

  EXPECT_FALSE(Clock({.device_id = "tv"}));
  EXPECT_FALSE(Clock({.install_id = "inst"}));
  EXPECT_FALSE(Clock({.cookie = "inst"}));
  EXPECT_FALSE(Clock({.hardware_id = "hw"}));
  EXPECT_TRUE(Clock({.device_id = "other", .install_id = "other"}));
}

TEST_F(SettingsDirectoryTest, CookieDistinguishesDisplaysWithEqualHardwareId) {
  Tell({}, "plain", "{}");
  Tell({"a"}, "dark", R"({"clockWidget":false})", {{.install_id = "ia", .hardware_id = "hw"}});
  Tell({"b"}, "plain", {}, {{.install_id = "ib", .hardware_id = "hw"}});

  EXPECT_TRUE(Clock({.cookie = "ib", .hardware_id = "hw"}));
  EXPECT_FALSE(Clock({.cookie = "ia", .hardware_id = "hw"}));
}

TEST_F(SettingsDirectoryTest, FindsSettingsByTheCookieReportedWithTheInstallId) {
  const std::string dark = R"({"clockWidget":false})";
  Tell({}, "plain", "{}");
  Tell({"a"}, "dark", dark, {{.install_id = "ia", .hardware_id = "hw", .cookie_id = "ca"}});
  Tell({"b"}, "plain", {}, {{.install_id = "ca2", .hardware_id = "hw", .cookie_id = "cb"}});

  EXPECT_FALSE(Clock({.cookie = "ca"}));
  EXPECT_TRUE(Clock({.cookie = "cb", .hardware_id = "hw"}));
  // An installation id sent by a page is never looked up among cookies.
  EXPECT_TRUE(Clock({.install_id = "ca"}));

  Tell({"a"}, "dark", {}, {{.install_id = "ia", .hardware_id = "hw", .cookie_id = "new"}});
  EXPECT_TRUE(Clock({.cookie = "ca"}));
  EXPECT_FALSE(Clock({.cookie = "new"}));
}

TEST_F(SettingsDirectoryTest, CookieSharedByDisplaysWithDifferentSettingsFindsNone) {
  Tell({}, "plain", "{}");
  Tell({"a"}, "dark", R"({"clockWidget":false})",
       {{.install_id = "ia", .hardware_id = "", .cookie_id = "shared"}});
  Tell({"c"}, "dark", {}, {{.install_id = "ic", .hardware_id = "", .cookie_id = "shared"}});
  EXPECT_FALSE(Clock({.cookie = "shared"}));

  Tell({"b"}, "light", R"({"x":1})",
       {{.install_id = "ib", .hardware_id = "", .cookie_id = "shared"}});

  EXPECT_TRUE(Clock({.cookie = "shared"}));
}

TEST_F(SettingsDirectoryTest, BodyIsDroppedWithItsLastUserAndSentAgain) {
  Tell({}, "plain", "{}");
  Tell({"a"}, "dark", R"({"clockWidget":false})");
  Tell({"a"}, "plain");

  Tell({"a"}, "dark", R"({"clockWidget":false,"n":2})");

  EXPECT_EQ(directory_.OfDevice("a")->settings.at("n"), 2);
}

TEST_F(SettingsDirectoryTest, RemovedDeviceGetsTheSettingsOfUnregisteredDisplays) {
  Tell({}, "plain", "{}");
  Tell({"a"}, "dark", R"({"clockWidget":false})", {{.install_id = "ia", .hardware_id = ""}});

  directory_.Apply({.device_ids = {"a"},
                    .identities = {},
                    .content_hash = "",
                    .settings_json = {},
                    .removed = true});

  EXPECT_TRUE(Clock({.device_id = "a"}));
  EXPECT_TRUE(Clock({.install_id = "ia"}));
}

TEST_F(SettingsDirectoryTest, KeepsSettingsWhileANewStreamSendsThemAgain) {
  Tell({}, "plain", "{}");
  Tell({"a", "gone"}, "dark", R"({"clockWidget":false})");

  directory_.BeginAnew();
  EXPECT_FALSE(Clock({.device_id = "a"}));
  Tell({}, "plain", "{}");
  Tell({"a"}, "dark", R"({"clockWidget":false})");
  clock_.Advance(absl::Minutes(2));
  Tell({"b"}, "plain");

  EXPECT_FALSE(Clock({.device_id = "a"}));
  EXPECT_TRUE(Clock({.device_id = "gone"}));
}

TEST_F(SettingsDirectoryTest, UnsynchronisedDisplaysHaveNoPeriod) {
  Tell({}, "alone", R"({"syncEnabled":false})");
  EXPECT_EQ(directory_.Of({})->sync_period_ms, 0);
}

}  // namespace
}  // namespace marquee::gateway
