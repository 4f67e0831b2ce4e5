#include "libs/base/keyed_windows.h"

#include <gtest/gtest.h>

#include <string>

#include "libs/base/address_key.h"
#include "libs/base/secret_names.h"

namespace marquee::base {
namespace {

class ManualClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::UnixEpoch() + now; }
  absl::Duration Monotonic() const override { return now; }
  absl::Duration now = absl::Hours(1);
};

TEST(KeyedWindows, CountsUpToTheLimitUntilTheWindowEnds) {
  ManualClock clock;
  KeyedWindows windows({.window = absl::Minutes(1)}, clock);
  EXPECT_TRUE(windows.Take("a", 2).counted);
  EXPECT_EQ(windows.Take("a", 2).events, 2);
  EXPECT_FALSE(windows.Take("a", 2).counted);
  EXPECT_TRUE(windows.Take("b", 2).counted);
  EXPECT_FALSE(windows.Peek("a", 2).counted);
  windows.Return("a");
  EXPECT_TRUE(windows.Take("a", 2).counted);
  clock.now += absl::Minutes(1);
  EXPECT_EQ(windows.Take("a", 2).events, 1);
  windows.Forget("a");
  EXPECT_EQ(windows.Peek("a", 2).events, 0);
}

TEST(KeyedWindows, DropsTheOldestWindowFirst) {
  ManualClock clock;
  KeyedWindows windows({.window = absl::Hours(1), .max_keys = 100}, clock);
  windows.Take("oldest", 1);
  clock.now += absl::Seconds(1);
  windows.Take("watched", 1);
  for (int i = 0; i < 99; ++i) windows.Take(std::to_string(i), 1);
  EXPECT_EQ(windows.size(), 100U);
  EXPECT_FALSE(windows.Peek("watched", 1).counted) << "another key was dropped instead";
  EXPECT_TRUE(windows.Peek("oldest", 1).counted);
}

TEST(AddressKey, CountsAnIpv6NetworkAsOneClient) {
  EXPECT_EQ(AddressKey("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(AddressKey("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(AddressKey("2001:db8:1:2::"), AddressKey("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(AddressKey("2001:db8:1:2::"), AddressKey("2001:db8:1:3::"));
  EXPECT_EQ(AddressKey("2001:db8:1:2::", kSiteBits), AddressKey("2001:db8:1:3::", kSiteBits));
  EXPECT_EQ(AddressKey("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(AddressKey("fe80::1%eth0"), "fe80::/64");
  EXPECT_EQ(AddressKey("nonsense"), "nonsense");
  EXPECT_EQ(AddressKey("::not::"), "::not::");
}

TEST(SecretNames, AreDistinguishedFromSettings) {
  for (const char* name : {"apiKey", "API_KEY", "plexToken", "token", "smtp-password",
                           "clientSecret", "authorization", "privateKey", "PassPhrase"}) {
    EXPECT_TRUE(LooksLikeSecretName(name)) << name;
  }
  for (const char* name : {"transitionIntervalSeconds", "keyboard", "clockWidget", "tagline",
                           "hotkeys", "syncEnabled", ""}) {
    EXPECT_FALSE(LooksLikeSecretName(name)) << name;
  }
  EXPECT_TRUE(IsSealedText("sealed:v1:AAAA"));
  EXPECT_FALSE(IsSealedText("sealed"));
}

}  // namespace
}  // namespace marquee::base
