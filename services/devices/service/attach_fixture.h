// Fixture for the Attach tests: a gateway's end of the stream.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "services/devices/service/devices_fixture.h"

namespace marquee::devices {

// Simulates a gateway.
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

  // Blocks for the next message that is not effective settings.
  pb::AttachResponse Read() {
    pb::AttachResponse order;
    do {
      EXPECT_TRUE(stream_->Read(&order));
    } while (order.has_effective_settings());
    return order;
  }
  // Blocks until effective settings for this device arrive ("": for unregistered displays).
  pb::AttachResponse::EffectiveSettings ReadSettings(const std::string& device_id) {
    pb::AttachResponse order;
    while (stream_->Read(&order)) {
      const auto& settings = order.effective_settings();
      if (!order.has_effective_settings()) continue;
      if (device_id.empty() && settings.device_ids().empty()) return settings;
      for (const std::string& named : settings.device_ids()) {
        if (named == device_id) return settings;
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
  // Waits until the service ends the stream.
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
  struct SendOutcome {
    grpc::Status status;
    pb::SendCommandResponse response;
  };

  std::future<SendOutcome> SendLater(const std::string& device_id, const std::string& type,
                                     int wait_seconds) {
    return std::async(std::launch::async, [this, device_id, type, wait_seconds] {
      pb::SendCommandRequest request;
      request.set_device_id(device_id);
      request.set_type(type);
      if (wait_seconds > 0) request.mutable_wait()->set_seconds(wait_seconds);
      SendOutcome result;
      grpc::ClientContext context;
      result.status = command_stub_->SendCommand(&context, request, &result.response);
      return result;
    });
  }

  // Messages of a gateway are processed asynchronously.
  void AwaitPresence(const std::string& device_id, Presence presence) {
    Device device;
    device.id = device_id;
    while (presence_->Of(device) != presence) std::this_thread::yield();
  }
};

}  // namespace marquee::devices
