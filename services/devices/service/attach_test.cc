// Attach streams: opened and closed sockets, connecting, disconnecting and faulty gateways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "services/devices/service/attach_fixture.h"

namespace marquee::devices {
namespace {

using ::testing::HasSubstr;

TEST_F(AttachTest, ClosesTheEarlierSocketOfADisplayAtAnotherGateway) {
  const std::string device = Register("i1").device().id();
  Gateway here(*devices_, "g1");
  here.SocketUp(device, 5);
  AwaitPresence(device, Presence::kLive);
  Gateway there(*devices_, "g2");

  there.SocketUp(device, 1);

  const pb::AttachResponse order = here.Read();
  ASSERT_TRUE(order.has_close());
  EXPECT_EQ(order.close().device_id(), device);
  EXPECT_EQ(order.close().socket_id(), 5);
  EXPECT_EQ(order.close().code(), 4000);
  here.SocketDown(device, 5);  // late, for the old socket
  auto answer = SendLater(device, "playback.next", 3);
  there.Ack(there.Read().deliver().command());
  EXPECT_EQ(answer.get().response.command().state(), pb::COMMAND_STATE_ACKED);
}

TEST_F(AttachTest, DeletingADeviceClosesItsSocket) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 5);
  AwaitPresence(device, Presence::kLive);

  pb::DeleteDeviceRequest request;
  request.set_device_id(device);
  pb::DeleteDeviceResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(devices_->DeleteDevice(&context, request, &response).ok());

  const pb::AttachResponse order = gateway.Read();
  ASSERT_TRUE(order.has_close());
  EXPECT_EQ(order.close().code(), 1008);
}

TEST_F(AttachTest, ClosesTheSocketOfADeletedDevice) {
  Gateway gateway(*devices_, "g1");

  gateway.SocketUp("deleted-long-ago", 5);

  EXPECT_EQ(gateway.Read().close().socket_id(), 5);
}

TEST_F(AttachTest, RecordsHeartbeatsFromTheStream) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  pb::AttachRequest event;
  auto* entry = event.mutable_heartbeats()->add_entries();
  entry->set_device_id(device);
  entry->mutable_heartbeat()->mutable_client_info()->set_mode("cinema");

  gateway.Write(event);

  AwaitPresence(device, Presence::kOnline);
  EXPECT_EQ(registry_->Get(device)->device.client_info, R"({"mode":"cinema"})");
}

TEST_F(AttachTest, ClosesAllSocketsOfADisconnectedGateway) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 5);

  EXPECT_TRUE(gateway.HangUp().ok());

  // The socket was reported before the end of the stream, and must not outlive it.
  AwaitPresence(device, Presence::kOnline);
}

TEST_F(AttachTest, ANewStreamOfAGatewayReplacesItsOldOne) {
  Gateway old(*devices_, "g1");
  while (metrics_.Render().find("marquee_attached_gateways 1") == std::string::npos) {
    std::this_thread::yield();
  }
  Gateway anew(*devices_, "g1");

  EXPECT_EQ(old.AwaitEnd().error_code(), grpc::StatusCode::ABORTED);
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_attached_gateways 1"));
}

TEST_F(AttachTest, AMessageBeforeHelloEndsTheStream) {
  grpc::ClientContext context;
  const auto stream = devices_->Attach(&context);
  pb::AttachRequest event;
  event.mutable_socket_up()->set_device_id("d");
  stream->Write(event);

  pb::AttachResponse ignored;
  while (stream->Read(&ignored)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AttachTest, EndAllEndsEveryStream) {
  Gateway gateway(*devices_, "g1");
  while (metrics_.Render().find("marquee_attached_gateways 1") == std::string::npos) {
    std::this_thread::yield();
  }
  hub_->EndAll(absl::UnavailableError("shutting down"));

  EXPECT_EQ(gateway.AwaitEnd().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(AttachTest, ForwardsADisplaysLogToTheOtherGateways) {
  const auto tv = Register("i1").device();
  Gateway here(*devices_, "g1");
  Gateway there(*devices_, "g2");
  while (metrics_.Render().find("marquee_attached_gateways 2") == std::string::npos) {
  }
  pb::AttachRequest event;
  event.mutable_device_log()->set_device_id(tv.id());
  event.mutable_device_log()->add_entries()->set_message("out of memory");

  here.Write(event);

  const auto order = there.Read();
  ASSERT_TRUE(order.has_device_log());
  EXPECT_EQ(order.device_log().entries(0).message(), "out of memory");
}

}  // namespace
}  // namespace marquee::devices
