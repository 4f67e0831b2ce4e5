#include "services/devices/presence/presence_board.h"

#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"

namespace marquee::devices {
namespace {

class PresenceBoardTest : public ::testing::Test {
 protected:
  static Device Stored(const std::string& id) {
    Device device;
    device.id = id;
    return device;
  }
  size_t Counted(Presence presence) const { return board_.Count()[static_cast<size_t>(presence)]; }
  void PassTheStart() { clock_.Advance(PresenceBoard::kUnknownAfterStart); }

  testing::FakeClock clock_;
  PresenceBoard board_{clock_};
};

TEST_F(PresenceBoardTest, EverybodyCountsAsOnlineRightAfterAStart) {
  board_.Add("a", clock_.Now() - absl::Hours(5));

  EXPECT_TRUE(board_.CountsAsOnline(Stored("a")));
  EXPECT_EQ(board_.Of(Stored("a")), Presence::kOffline);

  PassTheStart();
  EXPECT_FALSE(board_.CountsAsOnline(Stored("a")));
}

TEST_F(PresenceBoardTest, AHeartbeatIsOnlineForAMinute) {
  PassTheStart();
  board_.Heard("a", clock_.Now(), "{}", "{}");

  EXPECT_TRUE(board_.CountsAsOnline(Stored("a")));
  clock_.Advance(absl::Seconds(60));
  EXPECT_FALSE(board_.CountsAsOnline(Stored("a")));
  EXPECT_EQ(board_.Of(Stored("a")), Presence::kStale);
}

TEST_F(PresenceBoardTest, AReplacedSocketsCloseLeavesTheNewOneStanding) {
  const Socket first{.stream = 1, .socket_id = 10};
  const Socket second{.stream = 1, .socket_id = 11};
  EXPECT_EQ(board_.SocketUp("a", first), std::nullopt);

  EXPECT_EQ(board_.SocketUp("a", second), first);
  EXPECT_FALSE(board_.SocketDown("a", first));

  EXPECT_EQ(board_.SocketOf("a"), second);
  EXPECT_EQ(board_.Of(Stored("a")), Presence::kLive);
}

TEST_F(PresenceBoardTest, ALateAnnouncementOfAnOlderSocketIsTurnedAway) {
  const Socket older{.stream = 1, .socket_id = 10};
  const Socket newer{.stream = 1, .socket_id = 11};
  board_.SocketUp("a", newer);

  EXPECT_EQ(board_.SocketUp("a", older), older);
  EXPECT_EQ(board_.SocketOf("a"), newer);
}

TEST_F(PresenceBoardTest, AnotherGatewayTakesTheSocketOver) {
  const Socket here{.stream = 1, .socket_id = 500};
  const Socket there{.stream = 2, .socket_id = 1};
  board_.SocketUp("a", here);

  EXPECT_EQ(board_.SocketUp("a", there), here);
  board_.StreamGone(1);

  EXPECT_EQ(board_.SocketOf("a"), there);
}

TEST_F(PresenceBoardTest, WhenAGatewayGoesItsDisplaysWereSeenJustNow) {
  board_.SocketUp("a", {.stream = 1, .socket_id = 1});
  clock_.Advance(absl::Hours(3));

  board_.StreamGone(1);

  EXPECT_EQ(board_.Of(Stored("a")), Presence::kOnline);
}

TEST_F(PresenceBoardTest, CountsDevicesByPresence) {
  board_.Add("never", absl::InfinitePast());
  board_.Add("gone", clock_.Now() - absl::Hours(1));
  board_.Heard("here", clock_.Now(), "{}", "{}");
  board_.SocketUp("live", {.stream = 1, .socket_id = 1});

  EXPECT_EQ(Counted(Presence::kUnknown), 1U);
  EXPECT_EQ(Counted(Presence::kOffline), 1U);
  EXPECT_EQ(Counted(Presence::kOnline), 1U);
  EXPECT_EQ(Counted(Presence::kLive), 1U);
}

TEST_F(PresenceBoardTest, WhatWasHeardIsTakenOnceAndForgottenWhenStored) {
  board_.Heard("a", clock_.Now(), R"({"mode":"wallart"})", R"({"title":"Alien"})");
  Device device = Stored("a");
  board_.Overlay(device);
  EXPECT_EQ(device.current_state, R"({"title":"Alien"})");

  const auto taken = board_.TakeUnwritten(10);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_TRUE(board_.TakeUnwritten(10).empty());
  board_.Written(taken[0], true);

  EXPECT_TRUE(board_.TakeUnwritten(10).empty());
  Device again = Stored("a");
  board_.Overlay(again);
  EXPECT_EQ(again.current_state, "{}");
  EXPECT_EQ(again.last_seen_at, clock_.Now());
}

TEST_F(PresenceBoardTest, WhatCameDuringAWriteIsWrittenNext) {
  board_.Heard("a", clock_.Now(), "{}", R"({"title":"Alien"})");
  const auto first = board_.TakeUnwritten(10);
  board_.Heard("a", clock_.Now(), "{}", R"({"title":"Heat"})");

  board_.Written(first[0], true);

  const auto second = board_.TakeUnwritten(10);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].current_state, R"({"title":"Heat"})");
}

TEST_F(PresenceBoardTest, WhatCouldNotBeWrittenIsTriedAgain) {
  board_.Seen("a");
  const auto taken = board_.TakeUnwritten(10);

  board_.Written(taken[0], false);

  EXPECT_EQ(board_.TakeUnwritten(10).size(), 1U);
}

TEST_F(PresenceBoardTest, ADeletedDeviceLeavesNothingToWriteAndItsSocketToClose) {
  const Socket socket{.stream = 1, .socket_id = 1};
  board_.SocketUp("a", socket);

  EXPECT_EQ(board_.Forget("a"), socket);

  EXPECT_TRUE(board_.TakeUnwritten(10).empty());
  EXPECT_EQ(Counted(Presence::kLive), 0U);
}

}  // namespace
}  // namespace marquee::devices
