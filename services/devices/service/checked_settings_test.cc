#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "services/devices/service/convert.h"
#include "services/devices/service/devices_fixture.h"

namespace marquee::devices {
namespace {

// Settings of every kind that a person saves follow the rules of the display document.
class CheckedSettingsTest : public DevicesFixture {
 protected:
  struct Way {
    std::string field;
    std::function<grpc::Status(const std::string& json, bool accept_unknown)> save;
  };

  std::vector<Way> Ways() {
    const auto device = Register("i");
    return {{"settings_template",
             [this](const std::string& json, bool accept) {
               pb::CreateGroupRequest create;
               create.mutable_group()->set_id(fmt::format("g{}", ++made_));
               *create.mutable_group()->mutable_settings_template() = StructFrom(json);
               create.set_accept_unknown(accept);
               pb::CreateGroupResponse created;
               grpc::ClientContext context;
               const auto status = group_stub_->CreateGroup(&context, create, &created);
               kept_ = JsonFrom(created.group().settings_template());
               return status;
             }},
            {"settings_template",
             [this](const std::string& json, bool accept) {
               pb::CreateGroupRequest create;
               create.mutable_group()->set_id("g");
               pb::CreateGroupResponse created;
               grpc::ClientContext create_context;
               group_stub_->CreateGroup(&create_context, create, &created);
               pb::UpdateGroupRequest update;
               update.mutable_group()->set_id("g");
               *update.mutable_group()->mutable_settings_template() = StructFrom(json);
               update.mutable_update_mask()->add_paths("settings_template");
               update.set_accept_unknown(accept);
               pb::UpdateGroupResponse updated;
               grpc::ClientContext context;
               const auto status = group_stub_->UpdateGroup(&context, update, &updated);
               kept_ = JsonFrom(updated.group().settings_template());
               return status;
             }},
            {"settings",
             [this](const std::string& json, bool accept) {
               pb::CreateProfileRequest create;
               create.mutable_profile()->set_id(fmt::format("p{}", ++made_));
               *create.mutable_profile()->mutable_settings() = StructFrom(json);
               create.set_accept_unknown(accept);
               pb::CreateProfileResponse created;
               grpc::ClientContext context;
               const auto status = group_stub_->CreateProfile(&context, create, &created);
               kept_ = JsonFrom(created.profile().settings());
               return status;
             }},
            {"settings",
             [this](const std::string& json, bool accept) {
               pb::CreateProfileRequest create;
               create.mutable_profile()->set_id("p");
               pb::CreateProfileResponse created;
               grpc::ClientContext create_context;
               group_stub_->CreateProfile(&create_context, create, &created);
               pb::UpdateProfileRequest update;
               update.mutable_profile()->set_id("p");
               *update.mutable_profile()->mutable_settings() = StructFrom(json);
               update.mutable_update_mask()->add_paths("settings");
               update.set_accept_unknown(accept);
               pb::UpdateProfileResponse updated;
               grpc::ClientContext context;
               const auto status = group_stub_->UpdateProfile(&context, update, &updated);
               kept_ = JsonFrom(updated.profile().settings());
               return status;
             }},
            {"settings_override",
             [this, id = device.device().id()](const std::string& json, bool accept) {
               pb::UpdateDeviceRequest update;
               update.mutable_device()->set_id(id);
               *update.mutable_device()->mutable_settings_override() = StructFrom(json);
               update.mutable_update_mask()->add_paths("settings_override");
               update.set_accept_unknown(accept);
               pb::UpdateDeviceResponse updated;
               grpc::ClientContext context;
               const auto status = devices_->UpdateDevice(&context, update, &updated);
               kept_ = JsonFrom(updated.device().settings_override());
               return status;
             }},
            {"settings_override",
             [this, id = device.device().id()](const std::string& json, bool accept) {
               pb::BatchUpdateDevicesRequest update;
               update.add_device_ids(id);
               *update.mutable_device()->mutable_settings_override() = StructFrom(json);
               update.mutable_update_mask()->add_paths("settings_override");
               update.set_accept_unknown(accept);
               pb::BatchUpdateDevicesResponse updated;
               grpc::ClientContext context;
               const auto status = devices_->BatchUpdateDevices(&context, update, &updated);
               kept_ = updated.devices().empty() ? ""
                                                 : JsonFrom(updated.devices(0).settings_override());
               return status;
             }}};
  }

  int made_ = 0;
  std::string kept_;
};

TEST_F(CheckedSettingsTest, FollowTheRulesOfTheDisplayDocument) {
  for (const Way& way : Ways()) {
    const std::string later = R"({"keyOfALaterVersion":{"deep":[1]}})";
    ASSERT_TRUE(way.save(later, false).ok()) << way.field;
    EXPECT_EQ(kept_, later) << "unknown keys are kept";

    const std::string wrong = R"({"wallartMode":{"density":"hihg"}})";
    const grpc::Status refused = way.save(wrong, false);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << way.field;
    EXPECT_NE(refused.error_message().find(way.field + ".wallartMode.density"), std::string::npos)
        << refused.error_message();
    EXPECT_NE(refused.error_message().find("did you mean \"high\"?"), std::string::npos)
        << refused.error_message();
    ASSERT_TRUE(way.save(wrong, true).ok()) << way.field;
    EXPECT_EQ(kept_, wrong);

    for (const bool accept : {false, true}) {
      const grpc::Status zone = way.save(R"({"clockTimezone":"Europe/Berlni"})", accept);
      EXPECT_EQ(zone.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << way.field << accept;
      EXPECT_NE(zone.error_message().find("Europe/Berlin"), std::string::npos)
          << zone.error_message();
    }
  }
}

}  // namespace
}  // namespace marquee::devices
