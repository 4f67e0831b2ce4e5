// Commands from the sender's view: accepted or rejected, waited for, acknowledged, cancelled.
#include "services/devices/commands/command_center.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "services/devices/commands/command_center_fixture.h"

namespace marquee::devices {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(CommandCenterTest, QueuesACommandWithoutASocket) {
  const auto result = Send("playback.next");

  ASSERT_TRUE(result->ok()) << result->status();
  EXPECT_FALSE((*result)->live);
  EXPECT_EQ((*result)->command.state, CommandState::kQueued);
  EXPECT_EQ((*result)->command.payload, R"({"a":1})");
  EXPECT_THAT(sender_.sent, IsEmpty());
}

TEST_F(CommandCenterTest, SendsACommandAtOnceWithASocket) {
  SocketUp(7);

  const auto result = Send("playback.previous");

  ASSERT_TRUE(result->ok());
  EXPECT_TRUE((*result)->live);
  EXPECT_EQ((*result)->command.state, CommandState::kSent);
  EXPECT_THAT(sender_.types(), ElementsAre("playback.prev"));
  EXPECT_THAT(sender_.sockets, ElementsAre(7));
  EXPECT_EQ(sender_.sent[0].id, (*result)->command.id);
}

TEST_F(CommandCenterTest, AWaitEndsWithTheAcknowledgement) {
  SocketUp();
  const auto result = Send("playback.next", absl::Seconds(3));
  EXPECT_EQ(result->status().code(), absl::StatusCode::kUnknown);

  ASSERT_TRUE(Ack(sender_.sent[0].id).ok());

  ASSERT_TRUE(result->ok()) << result->status();
  EXPECT_EQ((*result)->command.state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, DoesNotMissAnImmediateAcknowledgement) {
  SocketUp();
  sender_.on_send = [this](const Command& command) { EXPECT_TRUE(Ack(command.id).ok()); };

  const auto result = Send("playback.next", absl::Seconds(3));

  ASSERT_TRUE(result->ok());
  EXPECT_EQ((*result)->command.state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, ReturnsTheReasonOfANegativeAcknowledgement) {
  SocketUp();
  const auto result = Send("playback.next", absl::Seconds(3));

  ASSERT_TRUE(Ack(sender_.sent[0].id, false, "no such page").ok());

  EXPECT_EQ((*result)->command.state, CommandState::kFailed);
  EXPECT_EQ((*result)->command.detail, "no such page");
}

TEST_F(CommandCenterTest, AWaitWithoutAcknowledgementEndsAtItsDeadline) {
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

TEST_F(CommandCenterTest, DoesNotWaitForADisplayWithoutASocket) {
  EXPECT_EQ((*Send("playback.next", absl::Seconds(3)))->command.state, CommandState::kQueued);
}

TEST_F(CommandCenterTest, EndWaitsCallsAllWaitingCallers) {
  SocketUp();
  const auto result = Send("playback.next", absl::Seconds(3));

  center_->EndWaits();

  EXPECT_EQ((*result)->command.state, CommandState::kSent);
}

TEST_F(CommandCenterTest, IgnoresAcknowledgementsOfOtherDisplays) {
  SocketUp();
  const auto result = Send("playback.next");

  ASSERT_TRUE(Ack((*result)->command.id, true, "", "another-device").ok());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kSent);
}

TEST_F(CommandCenterTest, HistoryKeepsTheLast100Commands) {
  SocketUp();
  for (int i = 0; i < 120; ++i) ASSERT_TRUE(Ack((*Send("playback.next"))->command.id).ok());

  const auto history = center_->History(kDevice);

  ASSERT_TRUE(history.ok());
  EXPECT_LE(history->size(), kMaxClosedCommands + 1);
}

TEST_F(CommandCenterTest, ARepeatedRequestIdCreatesOneCommand) {
  const auto first = Send("mode.navigate", absl::ZeroDuration(), "r1");
  const auto again = Send("mode.navigate", absl::ZeroDuration(), "r1");

  EXPECT_EQ((*again)->command.id, (*first)->command.id);
  EXPECT_EQ(HandOut().size(), 1U);
}

TEST_F(CommandCenterTest, CancelsOnlyQueuedCommands) {
  const auto queued = Send("mode.navigate");

  EXPECT_EQ(center_->Cancel((*queued)->command.id)->state, CommandState::kCancelled);

  EXPECT_EQ(center_->Cancel((*queued)->command.id).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(center_->Cancel("nothing").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(HandOut(), IsEmpty());
}

TEST_F(CommandCenterTest, RejectsUnknownDevicesAndInvalidCommands) {
  absl::StatusCode code = absl::StatusCode::kOk;
  const auto keep = [&](const absl::StatusOr<SendResult>& result) {
    code = result.status().code();
  };

  center_->Send({.device_id = "unknown", .type = "playback.next"}, keep);
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
