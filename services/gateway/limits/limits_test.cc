#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/limits/keyed_buckets.h"
#include "services/gateway/limits/request_limits.h"
#include "services/gateway/limits/token_bucket.h"
#include "services/gateway/limits/trusted_proxies.h"
#include "services/gateway/testing/requests.h"

namespace marquee::gateway {
namespace {

TEST(FixedWindow, CountsEachAddressSeparately) {
  testing::FakeClock clock;
  FixedWindow window({.limit = 2}, clock);
  EXPECT_EQ(window.Count("a").remaining, 1);
  EXPECT_EQ(window.Count("a").remaining, 0);
  EXPECT_FALSE(window.Count("a").allowed);
  EXPECT_TRUE(window.Count("b").allowed);
}

TEST(FixedWindow, ResetsWhenTheWindowEnds) {
  testing::FakeClock clock;
  FixedWindow window({.limit = 1}, clock);
  window.Count("a");
  clock.Advance(absl::Seconds(59));
  EXPECT_FALSE(window.Count("a").allowed);
  EXPECT_EQ(window.Count("a").reset_seconds, 1);
  clock.Advance(absl::Seconds(1));
  EXPECT_TRUE(window.Count("a").allowed);
}

TEST(FixedWindow, LimitedAddressStaysLimitedWhenTheTableIsFull) {
  testing::FakeClock clock;
  FixedWindow window({.limit = 1, .max_addresses = 100}, clock);
  for (int i = 0; i < 50; ++i) window.Count("early" + std::to_string(i));
  window.Count("attacker");
  for (int i = 0; i < 98; ++i) window.Count(std::to_string(i));
  EXPECT_FALSE(window.Count("attacker").allowed);
}

TEST(FixedWindow, DropsOldAddressesAtTheMaximum) {
  testing::FakeClock clock;
  FixedWindow window({.limit = 1, .max_addresses = 10}, clock);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(window.Count(std::to_string(i)).allowed);
}

TEST(TokenBucket, AllowsBurstThenRefillRate) {
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

TEST(AddressList, ErrorNamesTheInvalidEntry) {
  for (const char* entry : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "host", "::/129"}) {
    EXPECT_FALSE(AddressList::Parse({entry}).ok()) << entry;
  }
}

TEST(KeyedBuckets, AllowBurstThenRefill) {
  testing::FakeClock clock;
  KeyedBuckets buckets({.burst = 3, .refill = absl::Seconds(30)}, clock);
  for (int left : {2, 1, 0}) {
    const LimitVerdict verdict = buckets.Take("a");
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.remaining, left);
  }

  const LimitVerdict refused = buckets.Take("a");

  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.limit, 3);
  EXPECT_EQ(refused.window_seconds, 30);
  EXPECT_EQ(refused.reset_seconds, 10);
  EXPECT_TRUE(buckets.Take("b").allowed);
  clock.Advance(absl::Seconds(10));
  EXPECT_TRUE(buckets.Take("a").allowed);
  EXPECT_FALSE(buckets.Take("a").allowed);
  clock.Advance(absl::Hours(1));
  EXPECT_EQ(buckets.Take("a").remaining, 2);
}

TEST(KeyedBuckets, PeekTakesNoToken) {
  testing::FakeClock clock;
  KeyedBuckets buckets({.burst = 1, .refill = absl::Seconds(10)}, clock);
  EXPECT_TRUE(buckets.Peek("a").allowed);
  EXPECT_TRUE(buckets.Peek("a").allowed);
  buckets.Take("a");
  EXPECT_FALSE(buckets.Peek("a").allowed);
}

TEST(KeyedBuckets, DropLeastRecentlyUsedKeysAtTheMaximum) {
  testing::FakeClock clock;
  KeyedBuckets buckets({.burst = 1, .refill = absl::Hours(1), .max_keys = 100}, clock);
  buckets.Take("attacker");
  for (int i = 0; i < 10'000; ++i) {
    buckets.Take(std::to_string(i));
    EXPECT_FALSE(buckets.Take(std::to_string(i)).allowed);
  }
  EXPECT_LE(buckets.size(), 100U);
}

class RequestLimitsTest : public ::testing::Test {
 protected:
  RequestLimits Make(const RequestLimits::Options& options) { return {options, clock_, metrics_}; }
  static RequestPtr From(const std::string& ip, const Fields& fields = {}) {
    auto request = std::make_shared<Request>(*MakeRequest(Method::kGet, "/", fields));
    request->remote_ip = ip;
    return request;
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
};

TEST_F(RequestLimitsTest, OneBusyDeviceDoesNotLimitOthersAtItsAddress) {
  RequestLimits limits = Make({.display_per_second = 1000, .device_per_second = 1});
  const auto loud = From("192.0.2.1", {{"Cookie", "pr_iid=loud"}});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limits.Count(LimitClass::kDisplay, *loud)->allowed);

  EXPECT_FALSE(limits.Count(LimitClass::kDisplay, *loud)->allowed);

  const auto neighbour = From("192.0.2.1", {{"X-Device-Id", "quiet"}});
  EXPECT_TRUE(limits.Count(LimitClass::kDisplay, *neighbour)->allowed);
  EXPECT_EQ(metrics_.counter("marquee_http_limited_total", "", {{"class", "display"}}).value(), 1);
}

TEST_F(RequestLimitsTest, AddressLimitHoldsForManyClaimedDevices) {
  RequestLimits limits = Make({.display_per_second = 1, .device_per_second = 100});
  int allowed = 0;
  for (int i = 0; i < 100; ++i) {
    const auto request = From("192.0.2.1", {{"Cookie", "pr_iid=" + std::to_string(i)}});
    if (limits.Count(LimitClass::kDisplay, *request)->allowed) ++allowed;
  }
  EXPECT_EQ(allowed, 10);
  EXPECT_TRUE(limits.Count(LimitClass::kDisplay, *From("192.0.2.2"))->allowed);
}

TEST_F(RequestLimitsTest, AdminRequestsAreCountedPerAccountOrToken) {
  RequestLimits limits = Make({.admin_per_minute = 1});
  const auto as = [](const std::string& name) {
    auto request = std::make_shared<Request>(*From("192.0.2.1"));
    request->principal = std::make_shared<const Principal>(Principal{.name = name});
    return request;
  };
  EXPECT_TRUE(limits.Count(LimitClass::kAdmin, *as("one"))->allowed);
  EXPECT_FALSE(limits.Count(LimitClass::kAdmin, *as("one"))->allowed);
  EXPECT_TRUE(limits.Count(LimitClass::kAdmin, *as("two"))->allowed);
}

TEST_F(RequestLimitsTest, ZeroDisablesTheLimit) {
  RequestLimits limits = Make({.display_per_second = 0,
                               .device_per_second = 0,
                               .api_per_minute = 0,
                               .admin_per_minute = 0,
                               .failures_per_15_minutes = 0});
  for (const LimitClass limit : {LimitClass::kDisplay, LimitClass::kApi, LimitClass::kAdmin}) {
    EXPECT_FALSE(limits.Count(limit, *From("192.0.2.1", {{"X-Device-Id", "d"}})));
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(limits.BeginAttempt("192.0.2.1"));
    EXPECT_FALSE(limits.CountWrongToken("192.0.2.1"));
  }
}

TEST_F(RequestLimitsTest, AnotherAddressDoesNotUseUpADevicesLimit) {
  RequestLimits limits = Make({.display_per_second = 1000, .device_per_second = 1});
  for (int i = 0; i < 1100; ++i) {
    limits.Count(LimitClass::kDisplay, *From("198.51.100.1", {{"X-Device-Id", "chosen"}}));
  }
  EXPECT_TRUE(
      limits.Count(LimitClass::kDisplay, *From("192.0.2.1", {{"X-Device-Id", "chosen"}}))->allowed);
}

TEST_F(RequestLimitsTest, Ipv6Slash64IsOneClientAndSlash48HasALimit) {
  RequestLimits limits = Make({.api_per_minute = 2});
  EXPECT_TRUE(limits.Count(LimitClass::kApi, *From("2001:db8:1:2::1"))->allowed);
  EXPECT_TRUE(limits.Count(LimitClass::kApi, *From("2001:db8:1:2::2"))->allowed);
  EXPECT_FALSE(limits.Count(LimitClass::kApi, *From("2001:db8:1:2::3"))->allowed);
  int allowed = 0;
  for (int i = 0; i < 1000; ++i) {
    if (limits.Count(LimitClass::kApi, *From("2001:db8:1:" + std::to_string(i + 1000) + "::1"))
            ->allowed) {
      ++allowed;
    }
  }
  EXPECT_EQ(allowed, 2 * 16 - 2);
  EXPECT_TRUE(limits.Count(LimitClass::kApi, *From("2001:db8:2:1::1"))->allowed);
}

TEST_F(RequestLimitsTest, DisplaysOfOneSiteHaveABoundHoweverManyNetworksTheyUse) {
  RequestLimits limits = Make({.display_per_second = 1});
  int allowed = 0;
  for (int i = 0; i < 1000; ++i) {
    if (limits.Count(LimitClass::kDisplay, *From("2001:db8:1:" + std::to_string(i + 1000) + "::1"))
            ->allowed) {
      ++allowed;
    }
  }
  EXPECT_EQ(allowed, 4 * 10);  // ten seconds' worth of four networks
  EXPECT_TRUE(limits.Count(LimitClass::kDisplay, *From("2001:db8:2:1::1"))->allowed);
  EXPECT_TRUE(limits.Count(LimitClass::kDisplay, *From("192.0.2.1"))->allowed);
}

TEST_F(RequestLimitsTest, LoginAttemptsAreCountedBeforeTheyAreChecked) {
  RequestLimits limits = Make({.failures_per_15_minutes = 5});
  int checked = 0;
  for (int i = 0; i < 11; ++i) {
    if (!limits.BeginAttempt("192.0.2.1")) ++checked;
  }
  EXPECT_EQ(checked, 5);
  EXPECT_FALSE(limits.BeginAttempt("192.0.2.2"));
  limits.ForgiveAttempt("192.0.2.1");  // one of the attempts succeeded
  EXPECT_FALSE(limits.BeginAttempt("192.0.2.1"));
  EXPECT_TRUE(limits.BeginAttempt("192.0.2.1"));
}

class TrustedProxiesTest : public RequestLimitsTest {
 protected:
  // Returns the request as the trusted proxies received it.
  Request Before(const std::string& ip, const Fields& fields, const std::string& target = "/") {
    Request request = *MakeRequest(Method::kGet, target, fields);
    request.remote_ip = ip;
    request.from_loopback = true;
    proxies_.Apply(request);
    return request;
  }
  static TrustedProxies Make(std::string base_path = {}) {
    return TrustedProxies({.list = AddressList::Parse({"10.0.0.0/8", "::1"}).value(),
                           .base_path = std::move(base_path),
                           .own_segments = {"admin", "wallart"}});
  }

  TrustedProxies proxies_ = Make();
};

TEST_F(TrustedProxiesTest, AppliesForwardedFieldsOfTrustedProxiesOnly) {
  const Fields fields{{"X-Forwarded-For", "198.51.100.7"},
                      {"X-Forwarded-Proto", "https"},
                      {"X-Forwarded-Host", "wall.example"},
                      {"X-Forwarded-Port", "8443"},
                      {"X-Forwarded-Prefix", "/wall"}};
  const Request stranger = Before("192.0.2.1", fields, "/wall/cinema");
  EXPECT_EQ(stranger.remote_ip, "192.0.2.1");
  EXPECT_TRUE(stranger.from_loopback);
  EXPECT_FALSE(stranger.secure);
  EXPECT_FALSE(stranger.via_proxy);
  EXPECT_EQ(stranger.forwarded_host, "");
  EXPECT_EQ(stranger.base_path, "");
  EXPECT_EQ(stranger.path, "/wall/cinema");

  const Request proxied = Before("10.0.0.1", fields, "/wall/cinema");
  EXPECT_EQ(proxied.remote_ip, "198.51.100.7");
  EXPECT_FALSE(proxied.from_loopback);
  EXPECT_TRUE(proxied.secure);
  EXPECT_TRUE(proxied.via_proxy);
  EXPECT_EQ(proxied.forwarded_host, "wall.example");
  EXPECT_EQ(proxied.forwarded_port, 8443);
  EXPECT_EQ(proxied.base_path, "/wall");
  EXPECT_EQ(proxied.path, "/cinema");
}

TEST_F(TrustedProxiesTest, ClientIsTheLastAddressThatIsNotAProxy) {
  const Request request = Before("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 198.51.100.7:5000"},
                                              {"X-Forwarded-For", "10.0.0.2"}});
  EXPECT_EQ(request.remote_ip, "198.51.100.7");
}

TEST_F(TrustedProxiesTest, ParsesIpv6WithAndWithoutPort) {
  for (const char* client : {"[2001:db8::1]:5000", "2001:db8::1"}) {
    EXPECT_EQ(Before("::1", {{"X-Forwarded-For", client}}).remote_ip, "2001:db8::1");
  }
}

TEST_F(TrustedProxiesTest, KeepsTheProxyAddressWhenNoneIsForwarded) {
  for (const char* made_up : {"", "unknown", "not an address, ,"}) {
    const Request request =
        Before("10.0.0.1", {{"X-Forwarded-For", made_up}, {"X-Forwarded-Proto", "https"}});
    EXPECT_EQ(request.remote_ip, "10.0.0.1");
    EXPECT_TRUE(request.secure);
    EXPECT_FALSE(request.from_loopback);
  }
}

TEST_F(TrustedProxiesTest, AcceptsWebSocketSchemesAndUsesTheLastValue) {
  EXPECT_TRUE(Before("10.0.0.1", {{"X-Forwarded-Proto", "wss"}}).secure);
  EXPECT_TRUE(Before("10.0.0.1", {{"X-Forwarded-Proto", "http, HTTPS"}}).secure);
  EXPECT_TRUE(Before("10.0.0.1", {{"X-Forwarded-Proto", "ws"}}).plain);
  const Request unknown = Before("10.0.0.1", {{"X-Forwarded-Proto", "gopher"}});
  EXPECT_FALSE(unknown.secure || unknown.plain);
  EXPECT_EQ(Before("10.0.0.1", {{"X-Forwarded-Host", "made.up, wall.example"}}).forwarded_host,
            "wall.example");
}

TEST_F(TrustedProxiesTest, RemovesBasePathFromPathAndTarget) {
  struct Case {
    const char* target;
    const char* path;
    const char* left;
  };
  for (const Case& each :
       {Case{"/wall/image?path=%2Fwall%2Fa", "/image", "/image?path=%2Fwall%2Fa"},
        Case{"/wall/", "/", "/"}, Case{"/wall", "", "/"}, Case{"/wall?a=1", "", "/?a=1"},
        Case{"/wallpaper", "/wallpaper", "/wallpaper"},
        Case{"/image?v=1", "/image", "/image?v=1"}}) {
    for (const bool by_setting : {true, false}) {
      proxies_ = Make(by_setting ? "/wall" : "");
      const Request request = Before("10.0.0.1", {{"X-Forwarded-Prefix", "/wall/"}}, each.target);
      EXPECT_EQ(request.path, each.path) << each.target;
      EXPECT_EQ(request.target, each.left) << each.target;
      EXPECT_EQ(request.base_path, "/wall");
    }
  }
}

TEST_F(TrustedProxiesTest, ConfiguredBasePathOverridesForwardedPrefix) {
  proxies_ = Make("/wall");
  EXPECT_EQ(Before("10.0.0.1", {{"X-Forwarded-Prefix", "/other"}}).base_path, "/wall");
  EXPECT_EQ(Before("192.0.2.1", {}).base_path, "/wall");
}

TEST_F(TrustedProxiesTest, IgnoresInvalidPrefixes) {
  for (const char* prefix : {"wall", "//evil.example", "/a b", "/a;b", "/a/../b", "/a//b", "/%2e",
                             "/x\"y", "https://evil.example/"}) {
    EXPECT_EQ(Before("10.0.0.1", {{"X-Forwarded-Prefix", prefix}}).base_path, "") << prefix;
  }
}

TEST_F(TrustedProxiesTest, KeepsPrefixThatEqualsARoute) {
  const Request request = Before("10.0.0.1", {{"X-Forwarded-Prefix", "/admin"}}, "/admin/login");
  EXPECT_EQ(request.base_path, "/admin");
  EXPECT_EQ(request.path, "/admin/login");
}

}  // namespace
}  // namespace marquee::gateway
