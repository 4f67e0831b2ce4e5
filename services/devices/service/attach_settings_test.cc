// Effective settings sent to gateways.
#include <gtest/gtest.h>

#include <thread>

#include "services/devices/service/attach_fixture.h"

namespace marquee::devices {
namespace {

TEST_F(AttachTest, SendsEffectiveSettingsOfAllDevicesToAGateway) {
  const auto tv = Register("i1").device();
  Gateway gateway(*devices_, "g1");

  const auto unregistered = gateway.ReadSettings("");
  const auto own = gateway.ReadSettings(tv.id());

  EXPECT_FALSE(unregistered.content_hash().empty());
  EXPECT_EQ(own.content_hash(), unregistered.content_hash());
  ASSERT_EQ(own.identities_size(), 1);
  EXPECT_EQ(own.identities(0).install_id(), "i1");
}

TEST_F(AttachTest, SendsChangedSettingsToTheGatewayAndTheDisplay) {
  const auto tv = Register("i1").device();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(tv.id(), 1);
  gateway.ReadSettings(tv.id());
  while (!presence_->SocketOf(tv.id())) std::this_thread::yield();

  pb::UpdateDeviceRequest request;
  request.mutable_device()->set_id(tv.id());
  (*request.mutable_device()->mutable_settings_override()->mutable_fields())["clockWidget"]
      .set_bool_value(false);
  request.mutable_update_mask()->add_paths("settings_override");
  pb::UpdateDeviceResponse updated;
  grpc::ClientContext context;
  ASSERT_TRUE(devices_->UpdateDevice(&context, request, &updated).ok());

  const auto told = gateway.ReadSettings(tv.id());
  EXPECT_FALSE(told.settings().fields().at("clockWidget").bool_value());
  Beat();
  const auto order = gateway.Read();
  ASSERT_TRUE(order.has_apply_settings()) << order.ShortDebugString();
  EXPECT_EQ(order.apply_settings().device_ids(0), tv.id());
  EXPECT_FALSE(order.apply_settings().settings().fields().at("clockWidget").bool_value());
}

TEST_F(AttachTest, SendsAChangedModeAsAStoredCommand) {
  const auto tv = Register("i1").device();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(tv.id(), 1);
  while (!presence_->SocketOf(tv.id())) std::this_thread::yield();
  pb::UpdateDeviceRequest request;
  request.mutable_device()->set_id(tv.id());
  (*request.mutable_device()->mutable_settings_override()->mutable_fields())["cinemaMode"]
      .set_bool_value(true);
  request.mutable_update_mask()->add_paths("settings_override");
  pb::UpdateDeviceResponse updated;
  grpc::ClientContext context;
  ASSERT_TRUE(devices_->UpdateDevice(&context, request, &updated).ok());

  Beat();

  const auto order = gateway.Read();
  ASSERT_TRUE(order.has_deliver_to_many()) << order.ShortDebugString();
  EXPECT_EQ(order.deliver_to_many().command().type(), "mode.navigate");
  EXPECT_EQ(order.deliver_to_many().command().payload().fields().at("mode").string_value(),
            "cinema");
  EXPECT_EQ(order.deliver_to_many().sockets(0).device_id(), tv.id());
}

}  // namespace
}  // namespace marquee::devices
