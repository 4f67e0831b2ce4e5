// Commands through an Attach stream, and their acknowledgements.
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "libs/rpc/channel.h"
#include "services/devices/service/attach_fixture.h"
#include "services/devices/service/convert.h"

namespace marquee::devices {
namespace {

TEST_F(AttachTest, DeliversACommandAndReturnsItsAcknowledgement) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 7);
  AwaitPresence(device, Presence::kLive);

  auto answer = SendLater(device, "playback.previous", 3);
  const pb::AttachResponse order = gateway.Read();
  ASSERT_TRUE(order.has_deliver());
  EXPECT_EQ(order.deliver().socket_id(), 7);
  EXPECT_EQ(order.deliver().command().type(), "playback.prev");
  EXPECT_FALSE(order.deliver().command().id().empty());
  gateway.Ack(order.deliver().command());

  const SendOutcome got = answer.get();
  ASSERT_TRUE(got.status.ok()) << got.status.error_message();
  EXPECT_TRUE(got.response.live());
  EXPECT_EQ(got.response.command().state(), pb::COMMAND_STATE_ACKED);
}

TEST_F(AttachTest, DeliversACommandOverTcp) {
  const std::string device = Register("i1").device().id();
  const auto channel = rpc::Connect("127.0.0.1:" + std::to_string(server_->port()));
  const auto stub = pb::DeviceService::NewStub(channel);
  Gateway gateway(*stub, "g1");
  gateway.SocketUp(device, 1);
  AwaitPresence(device, Presence::kLive);

  auto answer = SendLater(device, "playback.next", 3);
  gateway.Ack(gateway.Read().deliver().command());

  EXPECT_EQ(answer.get().response.command().state(), pb::COMMAND_STATE_ACKED);
}

TEST_F(AttachTest, ReturnsSentWithoutAnAcknowledgement) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 1);
  AwaitPresence(device, Presence::kLive);

  auto answer = SendLater(device, "playback.next", 3);
  gateway.Read();  // the display is connected and does not answer
  clock_.Advance(absl::Seconds(3));
  commands_->Tick();

  const SendOutcome got = answer.get();
  ASSERT_TRUE(got.status.ok());
  EXPECT_TRUE(got.response.live());
  EXPECT_EQ(got.response.command().state(), pb::COMMAND_STATE_SENT);
}

TEST_F(AttachTest, ReturnsANegativeAcknowledgement) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 1);
  AwaitPresence(device, Presence::kLive);

  auto answer = SendLater(device, "playback.next", 3);
  gateway.Ack(gateway.Read().deliver().command(), false, "no such page");

  const SendOutcome got = answer.get();
  EXPECT_EQ(got.response.command().state(), pb::COMMAND_STATE_FAILED);
  EXPECT_EQ(got.response.command().info(), "no such page");
}

TEST_F(AttachTest, DeliversQueuedCommandsWhenTheSocketOpens) {
  const std::string device = Register("i1").device().id();
  EXPECT_FALSE(SendLater(device, "mode.navigate", 0).get().response.live());
  Gateway gateway(*devices_, "g1");

  gateway.SocketUp(device, 1);

  EXPECT_EQ(gateway.Read().deliver().command().type(), "mode.navigate");
}

TEST_F(AttachTest, AHelloWithSocketsReplaysUnacknowledgedCommands) {
  const std::string device = Register("i1").device().id();
  std::string command_id;
  {
    Gateway gateway(*devices_, "g1");
    gateway.SocketUp(device, 1);
    AwaitPresence(device, Presence::kLive);
    SendLater(device, "mode.navigate", 0).get();
    command_id = gateway.Read().deliver().command().id();
  }  // the stream breaks before the acknowledgement
  AwaitPresence(device, Presence::kOnline);

  grpc::ClientContext context;
  const auto stream = devices_->Attach(&context);
  pb::AttachRequest hello;
  hello.mutable_hello()->set_gateway_id("g1");
  hello.mutable_hello()->set_epoch(1);
  auto* socket = hello.mutable_hello()->add_sockets();
  socket->set_device_id(device);
  socket->set_socket_id(1);
  ASSERT_TRUE(stream->Write(hello));
  pb::AttachResponse order;
  do {
    ASSERT_TRUE(stream->Read(&order));
  } while (order.has_effective_settings());

  EXPECT_EQ(order.deliver().command().id(), command_id);
  EXPECT_EQ(order.deliver().command().deliveries(), 2);
  context.TryCancel();
  while (stream->Read(&order)) {
  }
  stream->Finish();
}

TEST_F(AttachTest, ASlowGatewayHasABoundedQueueAndMissesNoCommand) {
  constexpr int kDevices = 60;
  constexpr int kCommands = 40;  // 2400 in total, more than the outbox admits
  std::vector<std::string> ids;
  Gateway gateway(*devices_, "g1");
  for (int i = 0; i < kDevices; ++i) {
    ids.push_back(Register("i" + std::to_string(i)).device().id());
    gateway.SocketUp(ids.back(), i);
  }
  for (const std::string& id : ids) AwaitPresence(id, Presence::kLive);
  const std::string padding(4000, 'x');  // soon exceeds the flow control window
  google::protobuf::Struct payload;
  (*payload.mutable_fields())["padding"].set_string_value(padding);
  for (int i = 0; i < kCommands; ++i) {
    for (const std::string& id : ids) {
      commands_->Send({.device_id = id, .type = "remote.key", .payload = JsonFrom(payload)},
                      [](const absl::StatusOr<SendResult>& result) { ASSERT_TRUE(result.ok()); });
    }
  }

  std::map<std::string, int> received;
  for (int i = 0; i < kDevices * kCommands; ++i) {
    const pb::AttachResponse order = gateway.Read();
    ASSERT_TRUE(order.has_deliver());
    ++received[order.deliver().command().id()];
  }

  EXPECT_EQ(received.size(), static_cast<size_t>(kDevices * kCommands));
}

TEST_F(AttachTest, AppliesAcknowledgementsInAHelloBeforeTheReplay) {
  const auto tv = Register("i1").device();
  pb::Command command;
  {
    Gateway gateway(*devices_, "g1");
    gateway.SocketUp(tv.id(), 1);
    while (!presence_->SocketOf(tv.id())) std::this_thread::yield();
    pb::SendCommandRequest send;
    send.set_device_id(tv.id());
    send.set_type("playback.next");
    pb::SendCommandResponse sent;
    grpc::ClientContext context;
    ASSERT_TRUE(command_stub_->SendCommand(&context, send, &sent).ok());
    command = gateway.Read().deliver().command();
  }

  Gateway again(*devices_, "g1", 1, [&](pb::AttachRequest::Hello& hello) {
    auto& socket = *hello.add_sockets();
    socket.set_device_id(tv.id());
    socket.set_socket_id(1);
    auto& ack = *hello.add_acks();
    ack.set_device_id(tv.id());
    ack.set_command_id(command.id());
    ack.set_ok(true);
  });
  // A command that is certainly sent after the hello was processed.
  pb::SendCommandRequest send;
  send.set_device_id(tv.id());
  send.set_type("playback.prev");
  while (!presence_->SocketOf(tv.id())) std::this_thread::yield();
  pb::SendCommandResponse sent;
  grpc::ClientContext context;
  ASSERT_TRUE(command_stub_->SendCommand(&context, send, &sent).ok());

  EXPECT_EQ(again.Read().deliver().command().type(), "playback.prev");
  EXPECT_EQ(commands_->History(tv.id())->back().state, CommandState::kAcked);
}

}  // namespace
}  // namespace marquee::devices
