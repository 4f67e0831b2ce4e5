#include "services/devices/presence/presence_tracker.h"

#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"

namespace marquee::devices {
namespace {

class PresenceTrackerTest : public ::testing::Test {
 protected:
  static Device Stored(const std::string& id) {
    Device device;
    device.id = id;
    return device;
  }
  size_t Counted(Presence presence) const {
    return tracker_.Count()[static_cast<size_t>(presence)];
  }
  void PassTheStart() { clock_.Advance(PresenceTracker::kUnknownAfterStart); }

  testing::FakeClock clock_;
  PresenceTracker tracker_{clock_};
};

TEST_F(PresenceTrackerTest, StoredDevicesCountAsOnlineRightAfterAStart) {
  tracker_.Load("a", clock_.Now() - absl::Hours(5));

  EXPECT_TRUE(tracker_.CountsAsOnline(Stored("a")));
  EXPECT_EQ(tracker_.Of(Stored("a")), Presence::kOffline);

  PassTheStart();
  EXPECT_FALSE(tracker_.CountsAsOnline(Stored("a")));
}

TEST_F(PresenceTrackerTest, IsOnlineForAMinuteAfterAHeartbeat) {
  PassTheStart();
  tracker_.Heartbeat("a", clock_.Now(), "{}", "{}");

  EXPECT_TRUE(tracker_.CountsAsOnline(Stored("a")));
  clock_.Advance(absl::Seconds(60));
  EXPECT_FALSE(tracker_.CountsAsOnline(Stored("a")));
  EXPECT_EQ(tracker_.Of(Stored("a")), Presence::kStale);
}

TEST_F(PresenceTrackerTest, ClosingAReplacedSocketKeepsTheNewOne) {
  const Socket first{.stream = 1, .socket_id = 10};
  const Socket second{.stream = 1, .socket_id = 11};
  EXPECT_EQ(tracker_.SocketUp("a", first), std::nullopt);

  EXPECT_EQ(tracker_.SocketUp("a", second), first);
  EXPECT_FALSE(tracker_.SocketDown("a", first));

  EXPECT_EQ(tracker_.SocketOf("a"), second);
  EXPECT_EQ(tracker_.Of(Stored("a")), Presence::kLive);
}

TEST_F(PresenceTrackerTest, RejectsALateReportOfAnOlderSocket) {
  const Socket older{.stream = 1, .socket_id = 10};
  const Socket newer{.stream = 1, .socket_id = 11};
  tracker_.SocketUp("a", newer);

  EXPECT_EQ(tracker_.SocketUp("a", older), older);
  EXPECT_EQ(tracker_.SocketOf("a"), newer);
}

TEST_F(PresenceTrackerTest, ASocketAtAnotherGatewayReplacesTheEarlierOne) {
  const Socket here{.stream = 1, .socket_id = 500};
  const Socket there{.stream = 2, .socket_id = 1};
  tracker_.SocketUp("a", here);

  EXPECT_EQ(tracker_.SocketUp("a", there), here);
  tracker_.StreamGone(1);

  EXPECT_EQ(tracker_.SocketOf("a"), there);
}

TEST_F(PresenceTrackerTest, DisplaysOfALostGatewayWereSeenJustNow) {
  tracker_.SocketUp("a", {.stream = 1, .socket_id = 1});
  clock_.Advance(absl::Hours(3));

  tracker_.StreamGone(1);

  EXPECT_EQ(tracker_.Of(Stored("a")), Presence::kOnline);
}

TEST_F(PresenceTrackerTest, CountsDevicesByPresence) {
  tracker_.Add("never", absl::InfinitePast());
  tracker_.Add("gone", clock_.Now() - absl::Hours(1));
  tracker_.Heartbeat("here", clock_.Now(), "{}", "{}");
  tracker_.SocketUp("live", {.stream = 1, .socket_id = 1});

  EXPECT_EQ(Counted(Presence::kUnknown), 1U);
  EXPECT_EQ(Counted(Presence::kOffline), 1U);
  EXPECT_EQ(Counted(Presence::kOnline), 1U);
  EXPECT_EQ(Counted(Presence::kLive), 1U);
}

TEST_F(PresenceTrackerTest, TakesUnwrittenDataOnceAndDropsThemWhenStored) {
  tracker_.Heartbeat("a", clock_.Now(), R"({"mode":"wallart"})", R"({"title":"Alien"})");
  Device device = Stored("a");
  tracker_.Overlay(device);
  EXPECT_EQ(device.current_state, R"({"title":"Alien"})");

  const auto taken = tracker_.TakeUnwritten(10);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_TRUE(tracker_.TakeUnwritten(10).empty());
  tracker_.Written(taken[0], true);

  EXPECT_TRUE(tracker_.TakeUnwritten(10).empty());
  Device again = Stored("a");
  tracker_.Overlay(again);
  EXPECT_EQ(again.current_state, "{}");
  EXPECT_EQ(again.last_seen_at, clock_.Now());
}

TEST_F(PresenceTrackerTest, DataReceivedDuringAWriteAreWrittenNext) {
  tracker_.Heartbeat("a", clock_.Now(), "{}", R"({"title":"Alien"})");
  const auto first = tracker_.TakeUnwritten(10);
  tracker_.Heartbeat("a", clock_.Now(), "{}", R"({"title":"Heat"})");

  tracker_.Written(first[0], true);

  const auto second = tracker_.TakeUnwritten(10);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].current_state, R"({"title":"Heat"})");
}

TEST_F(PresenceTrackerTest, RetriesDataThatCouldNotBeWritten) {
  tracker_.Seen("a");
  const auto taken = tracker_.TakeUnwritten(10);

  tracker_.Written(taken[0], false);

  EXPECT_EQ(tracker_.TakeUnwritten(10).size(), 1U);
}

TEST_F(PresenceTrackerTest, ForgetDropsUnwrittenDataAndReturnsTheSocket) {
  const Socket socket{.stream = 1, .socket_id = 1};
  tracker_.SocketUp("a", socket);

  EXPECT_EQ(tracker_.Forget("a"), socket);

  EXPECT_TRUE(tracker_.TakeUnwritten(10).empty());
  EXPECT_EQ(Counted(Presence::kLive), 0U);
}

}  // namespace
}  // namespace marquee::devices
