#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/limits/token_bucket.h"

namespace marquee::gateway {
namespace {

TEST(FixedWindow, CountsEachAddressByItself) {
  testing::FakeClock clock;
  FixedWindow window({.limit = 2}, clock);
  EXPECT_EQ(window.Count("a").remaining, 1);
  EXPECT_EQ(window.Count("a").remaining, 0);
  EXPECT_FALSE(window.Count("a").allowed);
  EXPECT_TRUE(window.Count("b").allowed);
}

TEST(FixedWindow, BeginsAnewWhenTheWindowEnds) {
  testing::FakeClock clock;
  FixedWindow window({.limit = 1}, clock);
  window.Count("a");
  clock.Advance(absl::Seconds(59));
  EXPECT_FALSE(window.Count("a").allowed);
  EXPECT_EQ(window.Count("a").reset_seconds, 1);
  clock.Advance(absl::Seconds(1));
  EXPECT_TRUE(window.Count("a").allowed);
}

TEST(FixedWindow, ForgetsRatherThanGrows) {
  testing::FakeClock clock;
  FixedWindow window({.limit = 1, .max_addresses = 10}, clock);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(window.Count(std::to_string(i)).allowed);
}

TEST(TokenBucket, AllowsABurstAndThenItsRate) {
  TokenBucket bucket(10, 3);
  const absl::Duration start = absl::Hours(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.Take(start));
  EXPECT_FALSE(bucket.Take(start));
  EXPECT_FALSE(bucket.Take(start + absl::Milliseconds(50)));
  EXPECT_TRUE(bucket.Take(start + absl::Milliseconds(150)));
}

TEST(AddressList, MatchesAddressesAndNetworksInEitherFamily) {
  const auto list =
      AddressList::Parse({"192.168.1.7", "10.0.0.0/8", "fd00::/8", "172.16.0.0/12"}).value();
  EXPECT_TRUE(list.Contains("192.168.1.7"));
  EXPECT_FALSE(list.Contains("192.168.1.8"));
  EXPECT_TRUE(list.Contains("10.255.0.1"));
  EXPECT_TRUE(list.Contains("::ffff:10.1.2.3"));
  EXPECT_TRUE(list.Contains("172.31.255.255"));
  EXPECT_FALSE(list.Contains("172.32.0.0"));
  EXPECT_TRUE(list.Contains("fdab::1"));
  EXPECT_FALSE(list.Contains("fe80::1"));
  EXPECT_FALSE(list.Contains("not an address"));
}

TEST(AddressList, NamesTheEntryThatIsNone) {
  for (const char* entry : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "host", "::/129"}) {
    EXPECT_FALSE(AddressList::Parse({entry}).ok()) << entry;
  }
}

}  // namespace
}  // namespace marquee::gateway
