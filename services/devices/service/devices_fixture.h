// The whole living room behind a real gRPC server, for tests of the doors.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/service/command_door.h"
#include "services/devices/service/device_door.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {

class DevicesFixture : public ::testing::Test {
 protected:
  DevicesFixture() {
    auto store = SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_});
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = std::move(*store);
    presence_ = std::make_unique<PresenceBoard>(clock_);
    hub_ = std::make_unique<AttachHub>(logger_, metrics_);
    registry_ = std::move(*Registry::Create({.store = *store_,
                                             .presence = *presence_,
                                             .bus = bus_,
                                             .clock = clock_,
                                             .logger = logger_,
                                             .metrics = metrics_}));
    commands_ = std::make_unique<CommandCenter>(CommandCenter::Deps{.store = *store_,
                                                                    .presence = *presence_,
                                                                    .bus = bus_,
                                                                    .sender = *hub_,
                                                                    .clock = clock_,
                                                                    .logger = logger_,
                                                                    .metrics = metrics_});
    device_door_ = std::make_unique<DeviceDoor>(DeviceDoor::Deps{.registry = *registry_,
                                                                 .commands = *commands_,
                                                                 .presence = *presence_,
                                                                 .hub = *hub_,
                                                                 .clock = rpc_clock_,
                                                                 .executor = executor_,
                                                                 .attach_executor = executor_});
    command_door_ = std::make_unique<CommandDoor>(
        CommandDoor::Deps{.commands = *commands_, .clock = rpc_clock_, .executor = executor_});
    server_ = std::move(*rpc::Server::Start({.listen = "127.0.0.1:0"},
                                            {device_door_.get(), command_door_.get()}, metrics_,
                                            rpc_clock_));
    channel_ = server_->InProcessChannel();
    devices_ = pb::DeviceService::NewStub(channel_);
    command_stub_ = pb::CommandService::NewStub(channel_);
  }

 public:
  ~DevicesFixture() override {
    hub_->EndAll(absl::UnavailableError("the test is over"));
    commands_->EndWaits();
    server_.reset();
    executor_.Drain();
  }

 protected:
  pb::RegisterDeviceResponse Register(const std::string& install_id) {
    pb::RegisterDeviceRequest request;
    request.mutable_identity()->set_install_id(install_id);
    pb::RegisterDeviceResponse response;
    grpc::ClientContext context;
    const grpc::Status status = devices_->RegisterDevice(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  testing::FakeClock clock_;     // of the rooms
  base::SystemClock rpc_clock_;  // deadlines on the wire are real
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  InprocBus bus_;
  base::BoundedExecutor executor_{{.name = "test", .threads = 4, .max_queued = 256}};
  std::unique_ptr<DeviceStore> store_;
  std::unique_ptr<PresenceBoard> presence_;
  std::unique_ptr<AttachHub> hub_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<CommandCenter> commands_;
  std::unique_ptr<DeviceDoor> device_door_;
  std::unique_ptr<CommandDoor> command_door_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<pb::DeviceService::Stub> devices_;
  std::unique_ptr<pb::CommandService::Stub> command_stub_;
};

}  // namespace marquee::devices
