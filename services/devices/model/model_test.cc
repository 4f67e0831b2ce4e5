#include <gtest/gtest.h>

#include <set>

#include "services/devices/model/command.h"
#include "services/devices/model/ids.h"
#include "services/devices/model/presence.h"

namespace marquee::devices {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

TEST(PresenceTest, ChangesFromOnlineToStaleToOfflineOverTime) {
  EXPECT_EQ(PresenceAt(false, kNow, kNow), Presence::kOnline);
  EXPECT_EQ(PresenceAt(false, kNow - absl::Seconds(59), kNow), Presence::kOnline);
  EXPECT_EQ(PresenceAt(false, kNow - absl::Seconds(60), kNow), Presence::kStale);
  EXPECT_EQ(PresenceAt(false, kNow - absl::Seconds(299), kNow), Presence::kStale);
  EXPECT_EQ(PresenceAt(false, kNow - absl::Seconds(300), kNow), Presence::kOffline);
}

TEST(PresenceTest, IsLiveWithAnOpenSocketRegardlessOfSilence) {
  EXPECT_EQ(PresenceAt(true, absl::InfinitePast(), kNow), Presence::kLive);
}

TEST(PresenceTest, NeverSeenIsUnknown) {
  EXPECT_EQ(PresenceAt(false, absl::InfinitePast(), kNow), Presence::kUnknown);
}

TEST(PresenceTest, StaysOnlineWhenTheClockIsSetBack) {
  EXPECT_EQ(PresenceAt(false, kNow + absl::Hours(1), kNow), Presence::kOnline);
}

TEST(CommandTest, ConvertsAliasesToCanonicalTypes) {
  EXPECT_EQ(CanonicalType("playback.previous"), "playback.prev");
  EXPECT_EQ(CanonicalType("playback.pin"), "playback.pinPoster");
  EXPECT_EQ(CanonicalType("playback.unpin"), "playback.resume");
  EXPECT_EQ(CanonicalType("core.mgmt.reload"), "core.mgmt.reload");
}

TEST(CommandTest, PowerAndPlaybackExpireAfterAMinuteOthersAfterADay) {
  EXPECT_EQ(TimeToLive("power.off"), absl::Seconds(60));
  EXPECT_EQ(TimeToLive("playback.next"), absl::Seconds(60));
  EXPECT_EQ(TimeToLive("mode.navigate"), absl::Hours(24));
}

TEST(CommandTest, OnlyManagementIsAtMostOnce) {
  EXPECT_TRUE(IsAtMostOnce("core.mgmt.clearCache"));
  EXPECT_FALSE(IsAtMostOnce("playback.next"));
}

TEST(CommandTest, StateNamesRoundTrip) {
  for (const CommandState state :
       {CommandState::kQueued, CommandState::kSent, CommandState::kAcked, CommandState::kFailed,
        CommandState::kExpired, CommandState::kCancelled}) {
    EXPECT_EQ(CommandStateFromName(NameOf(state)), state);
  }
  EXPECT_EQ(CommandStateFromName("lost"), std::nullopt);
}

TEST(IdsTest, UuidsAreVersionFourAndUnique) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = NewUuid();
    ASSERT_TRUE(IsUuid(id)) << id;
    ASSERT_EQ(id[14], '4');
    ASSERT_NE(std::string("89ab").find(id[19]), std::string::npos);
    ASSERT_TRUE(seen.insert(id).second);
  }
}

TEST(IdsTest, RecognisesAUuid) {
  EXPECT_TRUE(IsUuid("0190A5E2-0000-4000-8000-00000000abcd"));
  EXPECT_FALSE(IsUuid("hw-12345678"));
  EXPECT_FALSE(IsUuid("0190a5e2-0000-4000-8000-00000000abcg"));
  EXPECT_FALSE(IsUuid("0190a5e2x0000-4000-8000-00000000abcd"));
}

TEST(IdsTest, RandomHexHasTwoDigitsPerByte) { EXPECT_EQ(RandomHex(32).size(), 64U); }

}  // namespace
}  // namespace marquee::devices
