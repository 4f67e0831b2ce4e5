// Fixture for the CommandCenter tests: a center on a real store, one display, and a sender that
// records the commands.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {

class RecordingSender final : public CommandSender {
 public:
  bool Admit(const Socket& socket, std::string_view device_id, bool replay) override {
    return admits;
  }
  void Send(const Socket& socket, const Command& command) override {
    sent.push_back(command);
    sockets.push_back(socket.socket_id);
    if (on_send) on_send(command);
  }
  void SendToMany(const std::vector<std::pair<std::string, Socket>>& receivers,
                  const Command& command) override {
    for (const auto& [device_id, socket] : receivers) Send(socket, command);
  }

  std::vector<std::string> types() const {
    std::vector<std::string> types;
    for (const Command& command : sent) types.push_back(command.type);
    return types;
  }

  bool admits = true;
  std::vector<Command> sent;
  std::vector<int64_t> sockets;
  std::function<void(const Command&)> on_send;
};

class CommandCenterTest : public ::testing::Test {
 protected:
  static constexpr char kDevice[] = "d1";

  CommandCenterTest() {
    Start();
    Device device;
    device.id = kDevice;
    device.secret_hash = "sha256:00";
    device.created_at = device.registered_at = device.updated_at = clock_.Now();
    EXPECT_TRUE(
        store_->Write([&](StoreTransaction& store) { return store.PutDevice(device); }).ok());
  }

  // Simulates a restart: all state in memory is lost.
  void Start() {
    center_.reset();
    presence_.reset();
    store_.reset();
    auto store = SqliteDeviceStore::Create({.file = dir_ / "devices.db"},
                                           {.clock = clock_, .metrics = metrics_});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = std::move(*store);
    presence_ = std::make_unique<PresenceTracker>(clock_);
    center_ = std::make_unique<CommandCenter>(CommandCenter::Deps{.store = *store_,
                                                                  .presence = *presence_,
                                                                  .bus = bus_,
                                                                  .sender = sender_,
                                                                  .clock = clock_,
                                                                  .logger = logger_,
                                                                  .metrics = metrics_});
  }

  void SocketUp(int64_t socket_id = 1) {
    presence_->SocketUp(kDevice, {.stream = 1, .socket_id = socket_id});
    EXPECT_TRUE(center_->SocketsUp({kDevice}).ok());
  }
  void SocketDown(int64_t socket_id = 1) {
    presence_->SocketDown(kDevice, {.stream = 1, .socket_id = socket_id});
  }

  // The result, once `done` was called; before that kUnknown.
  std::shared_ptr<absl::StatusOr<SendResult>> Send(const std::string& type,
                                                   absl::Duration wait = absl::ZeroDuration(),
                                                   const std::string& request_id = "") {
    auto result =
        std::make_shared<absl::StatusOr<SendResult>>(absl::UnknownError("done was not called"));
    center_->Send({.device_id = kDevice,
                   .type = type,
                   .payload = R"({"a":1})",
                   .wait = wait,
                   .request_id = request_id},
                  [result](absl::StatusOr<SendResult> answer) { *result = std::move(answer); });
    return result;
  }

  std::vector<std::string> HandOut() {
    const auto handed_out = center_->HandOut(kDevice);
    EXPECT_TRUE(handed_out.ok()) << handed_out.status();
    std::vector<std::string> types;
    for (const Command& command : *handed_out) types.push_back(command.type);
    return types;
  }

  Command Stored(const std::string& id) {
    const auto history = center_->History(kDevice);
    EXPECT_TRUE(history.ok());
    for (const Command& command : *history) {
      if (command.id == id) return command;
    }
    ADD_FAILURE() << "no command " << id;
    return {};
  }

  absl::Status Ack(const std::string& id, bool ok = true, const std::string& info = "",
                   const std::string& device_id = kDevice) {
    return center_->Acknowledge(
        {{.device_id = device_id, .command_id = id, .ok = ok, .info = info}});
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  testing::TempDir dir_;
  InprocBus bus_;
  RecordingSender sender_;
  std::unique_ptr<SqliteDeviceStore> store_;
  std::unique_ptr<PresenceTracker> presence_;
  std::unique_ptr<CommandCenter> center_;
};

}  // namespace marquee::devices
