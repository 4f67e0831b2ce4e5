#include "services/devices/service/settings_feed.h"

#include <gtest/gtest.h>

namespace marquee::devices {
namespace {

SettingsBodyPtr Body(std::string_view json) {
  SettingsBody body;
  body.object = ObjectOf(json);
  body.json = CanonicalJson(body.object);
  body.hash = ContentHash(body.json);
  return std::make_shared<const SettingsBody>(std::move(body));
}

SettingsChange Change(const std::string& id, const SettingsBodyPtr& before,
                      const SettingsBodyPtr& after) {
  return {.device_id = id,
          .install_id = "i-" + id,
          .hardware_id = "",
          .before = before,
          .after = after};
}

class SettingsFeedTest : public ::testing::Test {
 protected:
  std::vector<pb::AttachResponse> Tell(std::vector<SettingsChange> changes) {
    return feed_.MessagesFor({.generation = ++generation_, .changes = std::move(changes)});
  }
  static bool HasBody(const pb::AttachResponse& message) {
    return message.effective_settings().has_settings();
  }

  SettingsFeed feed_;
  int64_t generation_ = 0;
  const SettingsBodyPtr plain_ = Body("{}");
  const SettingsBodyPtr dark_ = Body(R"({"x":1})");
};

TEST_F(SettingsFeedTest, SendsABodyOnce) {
  const auto first = Tell({Change("", nullptr, plain_), Change("a", nullptr, plain_)});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_TRUE(HasBody(first[0]));
  EXPECT_FALSE(HasBody(first[1]));

  const auto second = Tell({Change("b", nullptr, plain_)});
  EXPECT_FALSE(HasBody(second[0]));
  EXPECT_EQ(second[0].effective_settings().identities(0).install_id(), "i-b");
}

TEST_F(SettingsFeedTest, SendsAnUnreferencedBodyAgain) {
  Tell({Change("a", nullptr, plain_), Change("b", nullptr, dark_)});

  Tell({Change("b", dark_, plain_)});
  const auto back = Tell({Change("b", plain_, dark_)});

  EXPECT_TRUE(HasBody(back[0]));
}

TEST_F(SettingsFeedTest, ReportsADeletedDeviceAsRemoved) {
  Tell({Change("a", nullptr, dark_)});

  const auto gone = Tell({Change("a", dark_, nullptr)});

  ASSERT_EQ(gone.size(), 1U);
  EXPECT_TRUE(gone[0].effective_settings().removed());
  EXPECT_EQ(gone[0].effective_settings().device_ids(0), "a");
  EXPECT_TRUE(HasBody(Tell({Change("b", nullptr, dark_)})[0]));
}

TEST_F(SettingsFeedTest, SplitsManyDevicesIntoSeveralMessages) {
  std::vector<SettingsChange> fleet;
  for (int i = 0; i < 1200; ++i) fleet.push_back(Change(std::to_string(i), nullptr, plain_));

  const auto messages = Tell(std::move(fleet));

  ASSERT_EQ(messages.size(), 3U);
  EXPECT_TRUE(HasBody(messages[0]));
  EXPECT_FALSE(HasBody(messages[2]));
  EXPECT_EQ(messages[2].effective_settings().device_ids_size(), 200);
}

}  // namespace
}  // namespace marquee::devices
