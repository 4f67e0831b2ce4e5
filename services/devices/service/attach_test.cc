#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <thread>

#include "libs/rpc/channel.h"
#include "services/devices/service/convert.h"
#include "services/devices/service/devices_fixture.h"

namespace marquee::devices {
namespace {

using ::testing::HasSubstr;

// A gateway, as far as the registry knows.
class Gateway {
 public:
  using Fill = std::function<void(pb::AttachRequest::Hello&)>;

  Gateway(pb::DeviceService::Stub& stub, const std::string& id, int64_t epoch = 1,
          const Fill& fill = {})
      : stream_(stub.Attach(&context_)) {
    pb::AttachRequest hello;
    hello.mutable_hello()->set_gateway_id(id);
    hello.mutable_hello()->set_epoch(epoch);
    if (fill) fill(*hello.mutable_hello());
    EXPECT_TRUE(stream_->Write(hello));
  }
  ~Gateway() {
    if (!finished_) Cancel();
  }

  void SocketUp(const std::string& device_id, int64_t socket_id) {
    pb::AttachRequest event;
    event.mutable_socket_up()->set_device_id(device_id);
    event.mutable_socket_up()->set_socket_id(socket_id);
    EXPECT_TRUE(stream_->Write(event));
  }
  void SocketDown(const std::string& device_id, int64_t socket_id) {
    pb::AttachRequest event;
    event.mutable_socket_down()->set_device_id(device_id);
    event.mutable_socket_down()->set_socket_id(socket_id);
    EXPECT_TRUE(stream_->Write(event));
  }
  void Ack(const pb::Command& command, bool ok = true, const std::string& info = "") {
    pb::AttachRequest event;
    event.mutable_ack()->set_device_id(command.device_id());
    event.mutable_ack()->set_command_id(command.id());
    event.mutable_ack()->set_ok(ok);
    event.mutable_ack()->set_info(info);
    EXPECT_TRUE(stream_->Write(event));
  }
  void Write(const pb::AttachRequest& event) { stream_->Write(event); }

  // Blocks for the next order that is not about settings in force.
  pb::AttachResponse Read() {
    pb::AttachResponse order;
    do {
      EXPECT_TRUE(stream_->Read(&order));
    } while (order.has_effective_settings());
    return order;
  }
  // Blocks until settings are in force for this device ("": for whoever is not registered).
  pb::AttachResponse::EffectiveSettings ReadSettings(const std::string& device_id) {
    pb::AttachResponse order;
    while (stream_->Read(&order)) {
      const auto& told = order.effective_settings();
      if (!order.has_effective_settings()) continue;
      if (device_id.empty() && told.device_ids().empty()) return told;
      for (const std::string& named : told.device_ids()) {
        if (named == device_id) return told;
      }
    }
    ADD_FAILURE() << "the stream ended";
    return {};
  }
  grpc::Status Finish() {
    finished_ = true;
    return stream_->Finish();
  }
  grpc::Status Cancel() {
    context_.TryCancel();
    pb::AttachResponse ignored;
    while (stream_->Read(&ignored)) {
    }
    return Finish();
  }
  grpc::Status HangUp() {
    stream_->WritesDone();
    return AwaitEnd();
  }
  // Until the registry ends the stream.
  grpc::Status AwaitEnd() {
    pb::AttachResponse ignored;
    while (stream_->Read(&ignored)) {
    }
    return Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<pb::AttachRequest, pb::AttachResponse>> stream_;
  bool finished_ = false;
};

class AttachTest : public DevicesFixture {
 protected:
  struct Answer {
    grpc::Status status;
    pb::SendCommandResponse response;
  };

  std::future<Answer> SendLater(const std::string& device_id, const std::string& type,
                                int wait_seconds) {
    return std::async(std::launch::async, [this, device_id, type, wait_seconds] {
      pb::SendCommandRequest request;
      request.set_device_id(device_id);
      request.set_type(type);
      if (wait_seconds > 0) request.mutable_wait()->set_seconds(wait_seconds);
      Answer answer;
      grpc::ClientContext context;
      answer.status = command_stub_->SendCommand(&context, request, &answer.response);
      return answer;
    });
  }

  // What a gateway says is handled a moment later.
  void AwaitPresence(const std::string& device_id, Presence presence) {
    Device device;
    device.id = device_id;
    while (presence_->Of(device) != presence) std::this_thread::yield();
  }
};

TEST_F(AttachTest, ACommandReachesTheDisplayAndItsAnswerTheCaller) {
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

  const Answer got = answer.get();
  ASSERT_TRUE(got.status.ok()) << got.status.error_message();
  EXPECT_TRUE(got.response.live());
  EXPECT_EQ(got.response.command().state(), pb::COMMAND_STATE_ACKED);
}

TEST_F(AttachTest, OverTcpToo) {
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

TEST_F(AttachTest, WithoutAnAnswerTheCallerHearsSent) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 1);
  AwaitPresence(device, Presence::kLive);

  auto answer = SendLater(device, "playback.next", 3);
  gateway.Read();  // the display is there, and says nothing
  clock_.Advance(absl::Seconds(3));
  commands_->Tick();

  const Answer got = answer.get();
  ASSERT_TRUE(got.status.ok());
  EXPECT_TRUE(got.response.live());
  EXPECT_EQ(got.response.command().state(), pb::COMMAND_STATE_SENT);
}

TEST_F(AttachTest, ARefusalReachesTheCaller) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 1);
  AwaitPresence(device, Presence::kLive);

  auto answer = SendLater(device, "playback.next", 3);
  gateway.Ack(gateway.Read().deliver().command(), false, "no such page");

  const Answer got = answer.get();
  EXPECT_EQ(got.response.command().state(), pb::COMMAND_STATE_FAILED);
  EXPECT_EQ(got.response.command().info(), "no such page");
}

TEST_F(AttachTest, WhatWaitedIsDeliveredWhenTheSocketComes) {
  const std::string device = Register("i1").device().id();
  EXPECT_FALSE(SendLater(device, "mode.navigate", 0).get().response.live());
  Gateway gateway(*devices_, "g1");

  gateway.SocketUp(device, 1);

  EXPECT_EQ(gateway.Read().deliver().command().type(), "mode.navigate");
}

TEST_F(AttachTest, AHelloThatNamesSocketsGetsWhatWasNotAcknowledged) {
  const std::string device = Register("i1").device().id();
  std::string command_id;
  {
    Gateway gateway(*devices_, "g1");
    gateway.SocketUp(device, 1);
    AwaitPresence(device, Presence::kLive);
    SendLater(device, "mode.navigate", 0).get();
    command_id = gateway.Read().deliver().command().id();
  }  // the stream breaks before the answer
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

TEST_F(AttachTest, ADisplayThatComesElsewhereIsClosedHere) {
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
  here.SocketDown(device, 5);  // late, and of the old socket
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

TEST_F(AttachTest, ASocketOfADeletedDeviceIsClosed) {
  Gateway gateway(*devices_, "g1");

  gateway.SocketUp("deleted-long-ago", 5);

  EXPECT_EQ(gateway.Read().close().socket_id(), 5);
}

TEST_F(AttachTest, HeartbeatsOverTheStreamAreHeard) {
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

TEST_F(AttachTest, AGatewayThatHangsUpTakesItsSocketsAlong) {
  const std::string device = Register("i1").device().id();
  Gateway gateway(*devices_, "g1");
  gateway.SocketUp(device, 5);

  EXPECT_TRUE(gateway.HangUp().ok());

  // The socket was announced before the end, and must not outlive it.
  AwaitPresence(device, Presence::kOnline);
}

TEST_F(AttachTest, AGatewayThatAttachesAnewReplacesItsOldStream) {
  Gateway old(*devices_, "g1");
  while (metrics_.Render().find("marquee_attached_gateways 1") == std::string::npos) {
    std::this_thread::yield();
  }
  Gateway anew(*devices_, "g1");

  EXPECT_EQ(old.AwaitEnd().error_code(), grpc::StatusCode::ABORTED);
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_attached_gateways 1"));
}

TEST_F(AttachTest, WordsBeforeHelloEndTheStream) {
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

TEST_F(AttachTest, TheEndOfTheServiceEndsEveryStream) {
  Gateway gateway(*devices_, "g1");
  while (metrics_.Render().find("marquee_attached_gateways 1") == std::string::npos) {
    std::this_thread::yield();
  }
  hub_->EndAll(absl::UnavailableError("shutting down"));

  EXPECT_EQ(gateway.AwaitEnd().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(AttachTest, AGatewayThatReadsNothingHoldsABoundedQueueAndMissesNothing) {
  constexpr int kDevices = 60;
  constexpr int kCommands = 40;  // 2400 in all, beyond what the outbox admits
  std::vector<std::string> ids;
  Gateway gateway(*devices_, "g1");
  for (int i = 0; i < kDevices; ++i) {
    ids.push_back(Register("i" + std::to_string(i)).device().id());
    gateway.SocketUp(ids.back(), i);
  }
  for (const std::string& id : ids) AwaitPresence(id, Presence::kLive);
  const std::string padding(4000, 'x');  // beyond the flow control window, soon
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

TEST_F(AttachTest, AGatewayIsToldWhichSettingsAreInForceForWhom) {
  const auto tv = Register("i1").device();
  Gateway gateway(*devices_, "g1");

  const auto everybody = gateway.ReadSettings("");
  const auto own = gateway.ReadSettings(tv.id());

  EXPECT_FALSE(everybody.content_hash().empty());
  EXPECT_EQ(own.content_hash(), everybody.content_hash());
  ASSERT_EQ(own.identities_size(), 1);
  EXPECT_EQ(own.identities(0).install_id(), "i1");
}

TEST_F(AttachTest, AChangeOfSettingsReachesTheGatewayAndThenTheDisplay) {
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

TEST_F(AttachTest, AChangedModeIsACommandThatIsKept) {
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

TEST_F(AttachTest, AcknowledgementsInAHelloComeBeforeTheReplay) {
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
  // Something that is surely behind the hello.
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

TEST_F(AttachTest, ADisplaysLogReachesTheOtherGateways) {
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
