#include "services/devices/commands/command_center.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

  // As a new process on the same data would: everything in memory is gone.
  void Start() {
    center_.reset();
    presence_.reset();
    store_.reset();
    auto store = SqliteDeviceStore::Create({.file = dir_ / "devices.db"},
                                           {.clock = clock_, .metrics = metrics_});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = std::move(*store);
    presence_ = std::make_unique<PresenceBoard>(clock_);
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

  // The result once there is one; kUnknown: Send has not answered.
  std::shared_ptr<absl::StatusOr<SendResult>> Send(const std::string& type,
                                                   absl::Duration wait = absl::ZeroDuration(),
                                                   const std::string& request_id = "") {
    auto result = std::make_shared<absl::StatusOr<SendResult>>(absl::UnknownError("no answer"));
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
  std::unique_ptr<PresenceBoard> presence_;
  std::unique_ptr<CommandCenter> center_;
};

TEST_F(CommandCenterTest, WithoutASocketACommandIsQueued) {
  const auto result = Send("playback.next");

  ASSERT_TRUE(result->ok()) << result->status();
  EXPECT_FALSE((*result)->live);
  EXPECT_EQ((*result)->command.state, CommandState::kQueued);
  EXPECT_EQ((*result)->command.payload, R"({"a":1})");
  EXPECT_THAT(sender_.sent, IsEmpty());
}

TEST_F(CommandCenterTest, WithASocketItIsSentAtOnce) {
  SocketUp(7);

  const auto result = Send("playback.previous");

  ASSERT_TRUE(result->ok());
  EXPECT_TRUE((*result)->live);
  EXPECT_EQ((*result)->command.state, CommandState::kSent);
  EXPECT_THAT(sender_.types(), ElementsAre("playback.prev"));
  EXPECT_THAT(sender_.sockets, ElementsAre(7));
  EXPECT_EQ(sender_.sent[0].id, (*result)->command.id);
}

TEST_F(CommandCenterTest, AWaitEndsWithTheAnswerOfTheDisplay) {
  SocketUp();
  const auto result = Send("playback.next", absl::Seconds(3));
  EXPECT_EQ(result->status().code(), absl::StatusCode::kUnknown);

  ASSERT_TRUE(Ack(sender_.sent[0].id).ok());

  ASSERT_TRUE(result->ok()) << result->status();
  EXPECT_EQ((*result)->command.state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, AnAnswerInTheSameInstantIsNotMissed) {
  SocketUp();
  sender_.on_send = [this](const Command& command) { EXPECT_TRUE(Ack(command.id).ok()); };

  const auto result = Send("playback.next", absl::Seconds(3));

  ASSERT_TRUE(result->ok());
  EXPECT_EQ((*result)->command.state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, ARefusalSaysWhy) {
  SocketUp();
  const auto result = Send("playback.next", absl::Seconds(3));

  ASSERT_TRUE(Ack(sender_.sent[0].id, false, "no such page").ok());

  EXPECT_EQ((*result)->command.state, CommandState::kFailed);
  EXPECT_EQ((*result)->command.detail, "no such page");
}

TEST_F(CommandCenterTest, AWaitWithoutAnAnswerEndsAtItsDeadline) {
  SocketUp();
  const auto result = Send("playback.next", absl::Seconds(3));
  clock_.Advance(absl::Milliseconds(2999));
  center_->Tick();
  EXPECT_FALSE(result->ok());

  clock_.Advance(absl::Milliseconds(1));
  center_->Tick();

  ASSERT_TRUE(result->ok());
  EXPECT_EQ((*result)->command.state, CommandState::kSent);
  EXPECT_TRUE((*result)->live);
}

TEST_F(CommandCenterTest, NobodyWaitsForADisplayWithoutASocket) {
  EXPECT_EQ((*Send("playback.next", absl::Seconds(3)))->command.state, CommandState::kQueued);
}

TEST_F(CommandCenterTest, AnEndAnswersEverybodyWhoWaits) {
  SocketUp();
  const auto result = Send("playback.next", absl::Seconds(3));

  center_->EndWaits();

  EXPECT_EQ((*result)->command.state, CommandState::kSent);
}

TEST_F(CommandCenterTest, AnotherDisplaysAnswerCountsForNothing) {
  SocketUp();
  const auto result = Send("playback.next");

  ASSERT_TRUE(Ack((*result)->command.id, true, "", "somebody-else").ok());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kSent);
}

TEST_F(CommandCenterTest, WhatWaitedIsSentInOrderWhenTheSocketComes) {
  Send("playback.next");
  Send("mode.navigate");

  SocketUp();

  EXPECT_THAT(sender_.types(), ElementsAre("playback.next", "mode.navigate"));
}

TEST_F(CommandCenterTest, WhatWasNotAcknowledgedIsSentAgainWithTheSameId) {
  SocketUp(1);
  const auto result = Send("mode.navigate");
  SocketDown(1);

  SocketUp(2);

  ASSERT_EQ(sender_.sent.size(), 2U);
  EXPECT_EQ(sender_.sent[0].id, sender_.sent[1].id);
  EXPECT_THAT(sender_.sockets, ElementsAre(1, 2));
  EXPECT_EQ(Stored((*result)->command.id).deliveries, 2);
}

TEST_F(CommandCenterTest, ManagementIsNeverSentTwice) {
  SocketUp(1);
  const auto result = Send("core.mgmt.reload");
  SocketDown(1);

  SocketUp(2);

  EXPECT_EQ(sender_.sent.size(), 1U);
  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kFailed);
}

TEST_F(CommandCenterTest, AcceptedCommandsSurviveARestart) {
  const auto queued = Send("mode.navigate");
  SocketUp(1);
  const auto sent = Send("settings.apply");
  Start();
  sender_.sent.clear();

  SocketUp(1);

  EXPECT_THAT(sender_.types(), ElementsAre("mode.navigate", "settings.apply"));
}

TEST_F(CommandCenterTest, AHeartbeatHandsOutAndTheNextOneCloses) {
  const auto result = Send("mode.navigate");

  EXPECT_THAT(HandOut(), ElementsAre("mode.navigate"));
  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kSent);
  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, AfterARestartAHandOutIsRepeatedThreeTimesAtMost) {
  const auto result = Send("mode.navigate");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(HandOut(), ElementsAre("mode.navigate")) << i;
    Start();  // nobody knows any more whether the answer was sent
  }

  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kFailed);
}

TEST_F(CommandCenterTest, ManagementIsClosedAtItsFirstHandOut) {
  const auto result = Send("core.mgmt.reload");

  EXPECT_THAT(HandOut(), ElementsAre("core.mgmt.reload"));

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kAcked);
  Start();
  EXPECT_THAT(HandOut(), IsEmpty());
}

TEST_F(CommandCenterTest, WhatAHeartbeatCarriedIsNotSentOverTheSocketToo) {
  const auto result = Send("playback.next");
  EXPECT_THAT(HandOut(), ElementsAre("playback.next"));

  SocketUp();
  EXPECT_THAT(sender_.sent, IsEmpty());

  EXPECT_THAT(HandOut(), IsEmpty());
  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, WhatASlowGatewayCannotTakeStaysQueued) {
  SocketUp();
  sender_.admits = false;
  const auto result = Send("core.mgmt.reload");
  EXPECT_THAT(sender_.sent, IsEmpty());
  EXPECT_EQ((*result)->command.state, CommandState::kQueued);

  sender_.admits = true;
  ASSERT_TRUE(center_->Deliver(kDevice, false).ok());

  EXPECT_THAT(sender_.types(), ElementsAre("core.mgmt.reload"));
}

TEST_F(CommandCenterTest, AHeartbeatBesideASocketCarriesNothing) {
  SocketUp();
  const auto result = Send("mode.navigate");

  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kSent);
}

TEST_F(CommandCenterTest, ManagementThatASocketLostIsNotHandedOutAgain) {
  SocketUp();
  const auto result = Send("core.mgmt.reload");
  SocketDown();

  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kFailed);
}

TEST_F(CommandCenterTest, WhatASocketLostAHeartbeatDelivers) {
  SocketUp();
  Send("mode.navigate");
  SocketDown();

  EXPECT_THAT(HandOut(), ElementsAre("mode.navigate"));
}

TEST_F(CommandCenterTest, ACommandOfTheMomentIsNotDeliveredAMinuteLater) {
  const auto pause = Send("playback.pause");
  const auto navigate = Send("mode.navigate");
  clock_.Advance(absl::Seconds(60));

  EXPECT_THAT(HandOut(), ElementsAre("mode.navigate"));

  EXPECT_EQ(Stored((*pause)->command.id).state, CommandState::kExpired);
}

TEST_F(CommandCenterTest, TicksCloseWhatHasExpired) {
  const auto pause = Send("playback.pause");
  clock_.Advance(absl::Seconds(90));

  center_->Tick();

  EXPECT_EQ(Stored((*pause)->command.id).state, CommandState::kExpired);
}

TEST_F(CommandCenterTest, TicksFindWhatAWakeUpMissed) {
  SocketUp();
  Command missed;
  missed.id = "from-another-replica";
  missed.device_id = kDevice;
  missed.type = "mode.navigate";
  missed.created_at = clock_.Now();
  missed.expires_at = clock_.Now() + absl::Hours(1);
  ASSERT_TRUE(
      store_->Write([&](StoreTransaction& store) { return store.AddCommand(missed); }).ok());
  clock_.Advance(absl::Seconds(5));

  center_->Tick();

  EXPECT_THAT(sender_.types(), ElementsAre("mode.navigate"));
}

TEST_F(CommandCenterTest, AFullQueueDropsTheOldest) {
  const auto oldest = Send("mode.navigate");
  for (size_t i = 0; i < kMaxOpenCommands; ++i) Send("settings.apply");

  EXPECT_EQ(HandOut().size(), kMaxOpenCommands);
  EXPECT_EQ(Stored((*oldest)->command.id).state, CommandState::kCancelled);
}

TEST_F(CommandCenterTest, HistoryKeepsTheLastHundred) {
  SocketUp();
  for (int i = 0; i < 120; ++i) ASSERT_TRUE(Ack((*Send("playback.next"))->command.id).ok());

  const auto history = center_->History(kDevice);

  ASSERT_TRUE(history.ok());
  EXPECT_LE(history->size(), kMaxClosedCommands + 1);
}

TEST_F(CommandCenterTest, ARepeatedRequestIsOneCommand) {
  const auto first = Send("mode.navigate", absl::ZeroDuration(), "r1");
  const auto again = Send("mode.navigate", absl::ZeroDuration(), "r1");

  EXPECT_EQ((*again)->command.id, (*first)->command.id);
  EXPECT_EQ(HandOut().size(), 1U);
}

TEST_F(CommandCenterTest, OnlyAQueuedCommandCanBeWithdrawn) {
  const auto queued = Send("mode.navigate");

  EXPECT_EQ(center_->Cancel((*queued)->command.id)->state, CommandState::kCancelled);

  EXPECT_EQ(center_->Cancel((*queued)->command.id).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(center_->Cancel("nothing").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(HandOut(), IsEmpty());
}

TEST_F(CommandCenterTest, RefusesWhatNobodyCanDo) {
  absl::StatusCode code = absl::StatusCode::kOk;
  const auto keep = [&](const absl::StatusOr<SendResult>& result) {
    code = result.status().code();
  };

  center_->Send({.device_id = "nobody", .type = "playback.next"}, keep);
  EXPECT_EQ(code, absl::StatusCode::kNotFound);
  center_->Send({.device_id = kDevice, .type = ""}, keep);
  EXPECT_EQ(code, absl::StatusCode::kInvalidArgument);
  center_->Send({.device_id = kDevice, .type = "x", .payload = std::string(70000, ' ')}, keep);
  EXPECT_EQ(code, absl::StatusCode::kInvalidArgument);
}

TEST_F(CommandCenterTest, CountsCommandsByState) {
  SocketUp();
  ASSERT_TRUE(Ack((*Send("playback.next"))->command.id).ok());
  Send("playback.next");

  const std::string metrics = metrics_.Render();

  EXPECT_THAT(metrics, HasSubstr("marquee_commands_total{state=\"queued\"} 2"));
  EXPECT_THAT(metrics, HasSubstr("marquee_commands_total{state=\"acked\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("marquee_command_queue_depth 1"));
}

}  // namespace
}  // namespace marquee::devices
