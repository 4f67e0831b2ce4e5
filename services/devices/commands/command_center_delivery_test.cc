// Delivery of commands: over sockets that open and close, in responses to heartbeats, or not in
// time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/devices/commands/command_center_fixture.h"

namespace marquee::devices {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(CommandCenterTest, SendsQueuedCommandsInOrderWhenTheSocketOpens) {
  Send("playback.next");
  Send("mode.navigate");

  SocketUp();

  EXPECT_THAT(sender_.types(), ElementsAre("playback.next", "mode.navigate"));
}

TEST_F(CommandCenterTest, ResendsUnacknowledgedCommandsWithTheSameId) {
  SocketUp(1);
  const auto result = Send("mode.navigate");
  SocketDown(1);

  SocketUp(2);

  ASSERT_EQ(sender_.sent.size(), 2U);
  EXPECT_EQ(sender_.sent[0].id, sender_.sent[1].id);
  EXPECT_THAT(sender_.sockets, ElementsAre(1, 2));
  EXPECT_EQ(Stored((*result)->command.id).deliveries, 2);
}

TEST_F(CommandCenterTest, SendsManagementCommandsAtMostOnce) {
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

TEST_F(CommandCenterTest, AHeartbeatDeliversAndTheNextOneCloses) {
  const auto result = Send("mode.navigate");

  EXPECT_THAT(HandOut(), ElementsAre("mode.navigate"));
  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kSent);
  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, RepeatsAHandOutAtMostThreeTimesAfterRestarts) {
  const auto result = Send("mode.navigate");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(HandOut(), ElementsAre("mode.navigate")) << i;
    Start();  // whether the response was sent is no longer known
  }

  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kFailed);
}

TEST_F(CommandCenterTest, ClosesManagementCommandsAtTheirFirstHandOut) {
  const auto result = Send("core.mgmt.reload");

  EXPECT_THAT(HandOut(), ElementsAre("core.mgmt.reload"));

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kAcked);
  Start();
  EXPECT_THAT(HandOut(), IsEmpty());
}

TEST_F(CommandCenterTest, DoesNotResendOverTheSocketWhatAHeartbeatDelivered) {
  const auto result = Send("playback.next");
  EXPECT_THAT(HandOut(), ElementsAre("playback.next"));

  SocketUp();
  EXPECT_THAT(sender_.sent, IsEmpty());

  EXPECT_THAT(HandOut(), IsEmpty());
  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kAcked);
}

TEST_F(CommandCenterTest, KeepsCommandsQueuedWhileTheGatewayIsSlow) {
  SocketUp();
  sender_.admits = false;
  const auto result = Send("core.mgmt.reload");
  EXPECT_THAT(sender_.sent, IsEmpty());
  EXPECT_EQ((*result)->command.state, CommandState::kQueued);

  sender_.admits = true;
  ASSERT_TRUE(center_->Deliver(kDevice, false).ok());

  EXPECT_THAT(sender_.types(), ElementsAre("core.mgmt.reload"));
}

TEST_F(CommandCenterTest, AHeartbeatDeliversNothingWhileThereIsASocket) {
  SocketUp();
  const auto result = Send("mode.navigate");

  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kSent);
}

TEST_F(CommandCenterTest, DoesNotHandOutManagementCommandsLostByASocket) {
  SocketUp();
  const auto result = Send("core.mgmt.reload");
  SocketDown();

  EXPECT_THAT(HandOut(), IsEmpty());

  EXPECT_EQ(Stored((*result)->command.id).state, CommandState::kFailed);
}

TEST_F(CommandCenterTest, AHeartbeatDeliversCommandsLostByASocket) {
  SocketUp();
  Send("mode.navigate");
  SocketDown();

  EXPECT_THAT(HandOut(), ElementsAre("mode.navigate"));
}

TEST_F(CommandCenterTest, DoesNotDeliverPlaybackCommandsAfterAMinute) {
  const auto pause = Send("playback.pause");
  const auto navigate = Send("mode.navigate");
  clock_.Advance(absl::Seconds(60));

  EXPECT_THAT(HandOut(), ElementsAre("mode.navigate"));

  EXPECT_EQ(Stored((*pause)->command.id).state, CommandState::kExpired);
}

TEST_F(CommandCenterTest, TickClosesExpiredCommands) {
  const auto pause = Send("playback.pause");
  clock_.Advance(absl::Seconds(90));

  center_->Tick();

  EXPECT_EQ(Stored((*pause)->command.id).state, CommandState::kExpired);
}

TEST_F(CommandCenterTest, TickDeliversCommandsWithoutNotification) {
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

TEST_F(CommandCenterTest, AFullQueueDropsTheOldestCommand) {
  const auto oldest = Send("mode.navigate");
  for (size_t i = 0; i < kMaxOpenCommands; ++i) Send("settings.apply");

  EXPECT_EQ(HandOut().size(), kMaxOpenCommands);
  EXPECT_EQ(Stored((*oldest)->command.id).state, CommandState::kCancelled);
}

TEST_F(CommandCenterTest, MeasuresDeliveryOnlyOfCommandsAcceptedWithASocket) {
  const auto delivered = [this](const std::string& le) {
    const std::string line = "marquee_command_delivery_seconds_bucket{le=\"" + le + "\"} ";
    const std::string text = metrics_.Render();
    const size_t at = text.find(line);
    return at == std::string::npos ? -1 : std::stoi(text.substr(at + line.size()));
  };
  Send("playback.next");  // without a socket
  SocketUp();
  ASSERT_TRUE(Ack(sender_.sent.back().id).ok());
  EXPECT_EQ(delivered("+Inf"), 0);

  Send("playback.next");
  clock_.Advance(absl::Milliseconds(100));
  ASSERT_TRUE(Ack(sender_.sent.back().id).ok());
  EXPECT_EQ(delivered("0.1"), 1);

  Send("playback.next");  // never answered
  clock_.Advance(DeliveryTimes::kLongest);
  center_->Tick();
  EXPECT_EQ(delivered("30"), 1);
  EXPECT_EQ(delivered("+Inf"), 2);
}

}  // namespace
}  // namespace marquee::devices
