#include "services/gateway/auth/origin_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "services/gateway/http/base_path.h"
#include "services/gateway/testing/requests.h"

namespace marquee::gateway {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// What a trusted proxy reports in addition to the header fields.
struct Proxied {
  bool via_proxy = false;
  bool secure = false;
  bool plain = false;
  std::string host = {};
  uint16_t port = 0;
};

Request Make(const Fields& fields, const Proxied& proxied = {}) {
  Request request = *MakeRequest(Method::kPost, "/admin/login", fields);
  request.via_proxy = proxied.via_proxy;
  request.secure = proxied.secure;
  request.plain = proxied.plain;
  request.forwarded_host = proxied.host;
  request.forwarded_port = proxied.port;
  return request;
}

const OriginCheck kPlain{{}};
const OriginCheck kSet{{.public_url = "https://Home.example:8443/wall/",
                        .allowed_origins = {"*", "http://panel.example", "https://[2001:db8::1]"}}};

TEST(OriginCheck, ComparesOriginsWithDefaultPorts) {
  struct Case {
    const char* origin;
    const char* host;
    bool same;
  };
  for (const Case& each :
       {Case{"http://home", "home", true}, Case{"http://home", "home:80", true},
        Case{"http://home:8080", "home:8080", true}, Case{"http://HOME", "Home", true},
        Case{"https://home", "home", true},  // TLS ended at a proxy that does not report it
        Case{"https://home", "home:443", true}, Case{"http://[::1]:4000", "[::1]:4000", true},
        Case{"http://home:8080", "home", false}, Case{"http://home", "home:8080", false},
        Case{"https://home", "home:80", false}, Case{"http://home.evil", "home", false},
        Case{"null", "home", false}, Case{"home", "home", false}, Case{"http://", "", false},
        Case{"http://home", "", false}, Case{"http://home/path", "home", false},
        Case{"http://me@home", "home", false}, Case{"http://home", "home, evil", false}}) {
    const Request request = Make({{"Origin", each.origin}, {"Host", each.host}});
    EXPECT_EQ(kPlain.CheckChange(request).ok(), each.same) << each.origin << " at " << each.host;
  }
}

TEST(OriginCheck, UsesHostAndSchemeOfATrustedProxy) {
  const auto same = [](const char* origin, const Proxied& proxied) {
    return kPlain.CheckChange(Make({{"Origin", origin}, {"Host", "127.0.0.1:4000"}}, proxied)).ok();
  };
  EXPECT_TRUE(same("https://home", {.via_proxy = true, .secure = true, .host = "home"}));
  EXPECT_TRUE(same("http://home", {.via_proxy = true, .plain = true, .host = "home"}));
  EXPECT_TRUE(same("http://home:8080", {.via_proxy = true, .host = "home:8080"}));
  EXPECT_TRUE(same("http://home:8080", {.via_proxy = true, .host = "home", .port = 8080}));
  EXPECT_FALSE(same("http://home", {.via_proxy = true, .secure = true, .host = "home"}));
  EXPECT_FALSE(same("https://home", {.via_proxy = true, .plain = true, .host = "home"}));
  EXPECT_FALSE(same("http://evil", {.via_proxy = true, .host = "home"}));
  // The host of the proxy's own request is not the one that the browser requested.
  EXPECT_FALSE(same("http://127.0.0.1:4000", {.via_proxy = true, .host = "home"}));
}

TEST(OriginCheck, AcceptsConfiguredOriginsAndIgnoresTheStar) {
  const auto change = [](const OriginCheck& check, const char* origin) {
    return check.CheckChange(Make({{"Origin", origin}, {"Host", "127.0.0.1:4000"}})).ok();
  };
  for (const char* ours : {"https://home.example:8443", "http://panel.example",
                           "http://panel.example:80", "https://[2001:db8::1]"}) {
    EXPECT_TRUE(change(kSet, ours)) << ours;
    EXPECT_FALSE(change(kPlain, ours)) << ours;
  }
  for (const char* other : {"https://home.example", "http://home.example:8443",
                            "https://panel.example", "http://panel.example:8080", "*"}) {
    EXPECT_FALSE(change(kSet, other)) << other;
  }
}

TEST(OriginCheck, EvaluatesSecFetchSite) {
  const auto change = [](const char* site, const char* origin) {
    return kSet.CheckChange(Make({{"Sec-Fetch-Site", site}, {"Origin", origin}, {"Host", "home"}}))
        .ok();
  };
  EXPECT_TRUE(change("same-origin", "http://behind.a.proxy"));
  EXPECT_TRUE(change("none", ""));
  for (const char* site : {"cross-site", "same-site", "anything"}) {
    EXPECT_FALSE(change(site, "")) << site;
    EXPECT_FALSE(change(site, "http://home")) << site;
    EXPECT_TRUE(change(site, "http://panel.example")) << site;
  }
}

TEST(OriginCheck, ErrorNamesComparedOriginsAndSettings) {
  const absl::Status refused =
      kPlain.CheckChange(Make({{"Origin", "http://home:8080"}, {"Host", "127.0.0.1:4000"}}));
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("Origin \"http://home:8080\""), HasSubstr("\"127.0.0.1:4000\""),
                    HasSubstr("public_url"), HasSubstr("browsers.allowed_origins")));
  EXPECT_TRUE(absl::IsPermissionDenied(kPlain.CheckChange(Make({{"Host", "home"}}))));
}

TEST(OriginCheck, ProgramsLogInAtKnownHostsOnly) {
  const auto login = [](const OriginCheck& check, const char* host, const Proxied& proxied = {}) {
    return check.CheckLogin(Make({{"Host", host}}, proxied));
  };
  for (const char* host : {"127.0.0.1:4000", "[::1]:4000", "localhost:4000", "marquee", "nas.local",
                           "tv.lan:80", "marquee.home.arpa", "home.example:9", ""}) {
    EXPECT_TRUE(login(kSet, host).ok()) << host;
  }
  for (const char* host : {"evil.example", "evil.example:4000", "127.0.0.1.evil.example",
                           "local.evil.example", "a b", "evil.example."}) {
    EXPECT_FALSE(login(kSet, host).ok()) << host;
  }
  EXPECT_TRUE(login(kPlain, "wall.example", {.secure = true}).ok());
  EXPECT_TRUE(login(kPlain, "wall.example", {.via_proxy = true}).ok());
  EXPECT_THAT(std::string(login(kPlain, "evil.example").message()),
              AllOf(HasSubstr("\"evil.example\""), HasSubstr("public_url")));
}

TEST(OriginCheck, AllowedHostsOpenPagesAndLogInUnderTheirNames) {
  const OriginCheck check(
      {.listen_host = "Screens.example", .allowed_hosts = {"Wall.example", "*.home.example"}});
  for (const char* host : {"wall.example", "WALL.EXAMPLE:4000", "wall.example.", "tv.home.example",
                           "a.b.home.example:80", "screens.example:4000", "10.0.0.5:4000",
                           "[fd00::5]:4000", "localhost", "marquee:4000", "marquee.local"}) {
    const Request request = Make({{"Host", host}});
    EXPECT_TRUE(check.CheckHost(request).ok()) << host;
    EXPECT_TRUE(check.CheckLogin(request).ok()) << host;
  }
  for (const char* host : {"evil.example", "home.example", "evilhome.example", "xwall.example",
                           "wall.example.evil.example", "10.0.0.5.evil.example", "a b"}) {
    const Request request = Make({{"Host", host}});
    EXPECT_FALSE(check.CheckHost(request).ok()) << host;
    EXPECT_FALSE(check.CheckLogin(request).ok()) << host;
  }
  EXPECT_THAT(std::string(check.CheckHost(Make({{"Host", "evil.example"}})).message()),
              AllOf(HasSubstr("\"evil.example\""), HasSubstr("allowed_hosts")));
  EXPECT_TRUE(
      OriginCheck({.allowed_hosts = {"*"}}).CheckHost(Make({{"Host", "evil.example"}})).ok());
}

TEST(OriginCheck, SaysWhichHostsCannotBeAllowed) {
  for (const char* entry : {"wall.example", "*.example", "*", "[::1]", "nas"}) {
    EXPECT_TRUE(OriginCheck::CheckAllowedHost(entry).ok()) << entry;
  }
  for (const char* entry : {"", "https://wall.example", "wall.example:4000", "wall.example/a",
                            "*.*.example", "wall.*"}) {
    EXPECT_FALSE(OriginCheck::CheckAllowedHost(entry).ok()) << entry;
  }
}

TEST(OriginCheck, RejectsLoginFromReboundNamesAndOtherSites) {
  EXPECT_FALSE(
      kPlain.CheckLogin(Make({{"Host", "evil.example"}, {"Origin", "http://evil.example"}})).ok());
  EXPECT_FALSE(
      kPlain.CheckLogin(Make({{"Host", "evil.example"}, {"Sec-Fetch-Site", "same-origin"}})).ok());
  EXPECT_FALSE(
      kPlain.CheckLogin(Make({{"Host", "10.0.0.5:4000"}, {"Sec-Fetch-Site", "cross-site"}})).ok());
  EXPECT_FALSE(
      kPlain.CheckLogin(Make({{"Host", "10.0.0.5:4000"}, {"Sec-Fetch-Site", "same-site"}})).ok());
  EXPECT_FALSE(kPlain.CheckLogin(Make({{"Host", "10.0.0.5:4000"}, {"Origin", "null"}})).ok());
}

TEST(OriginCheck, CookiesHaveTheBasePathAndAreSecureOverTls) {
  Request request = Make({{"Host", "home"}});
  EXPECT_EQ(kPlain.CookiesFor(request).path, "/");
  EXPECT_FALSE(kPlain.CookiesFor(request).secure);
  request.base_path = "/wall";
  request.secure = true;
  EXPECT_EQ(kPlain.CookiesFor(request).path, "/wall");
  EXPECT_TRUE(kPlain.CookiesFor(request).secure);
  EXPECT_TRUE(kPlain.CookiesFor(Make({{"Host", "home"}, {"Origin", "https://home"}})).secure);
  EXPECT_TRUE(kSet.CookiesFor(Make({{"Host", "home.example:8443"}})).secure);
  EXPECT_FALSE(kSet.CookiesFor(Make({{"Host", "10.0.0.5:4000"}})).secure);
}

TEST(OriginCheck, OnlyDirectLoopbackRequestsAreLocal) {
  const auto local = [](const Fields& fields, bool loopback = true) {
    Request request = Make(fields);
    request.from_loopback = loopback;
    return OriginCheck::IsLocal(request);
  };
  EXPECT_TRUE(local({{"Host", "127.0.0.1:4000"}}));
  EXPECT_TRUE(local({{"Host", "localhost:4000"}, {"Origin", "http://localhost:4000"}}));
  EXPECT_TRUE(local({{"Host", "[::1]:4000"}}));
  EXPECT_FALSE(local({{"Host", "127.0.0.1:4000"}}, false));
  EXPECT_FALSE(local({{"Host", "wall.local"}}));
  EXPECT_FALSE(local({{"Host", "127.0.0.1:4000"}, {"Origin", "http://wall.local"}}));
  for (const char* field : {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
                            "Forwarded", "Via"}) {
    EXPECT_FALSE(local({{"Host", "127.0.0.1:4000"}, {field, "a"}})) << field;
  }
  Request proxied = Make({{"Host", "wall.example"}}, {.via_proxy = true});
  EXPECT_FALSE(OriginCheck::IsLocal(proxied));
  proxied.remote_ip = "127.0.0.1";
  EXPECT_TRUE(OriginCheck::IsLocal(proxied));
}

TEST(BasePath, ParsesRemovesAndInsertsTheBasePath) {
  EXPECT_EQ(ParseBasePath("/wall/"), "/wall");
  EXPECT_EQ(ParseBasePath("/a/b.c~d"), "/a/b.c~d");
  EXPECT_EQ(ParseBasePath("/"), "");
  for (const char* wrong : {"wall", "/a//b", "/.", "/a/..", "/a b", "/a%20", "/\"", "//a"}) {
    EXPECT_FALSE(ParseBasePath(wrong)) << wrong;
  }
  EXPECT_EQ(Below("/wall/x", "/wall"), "/x");
  EXPECT_EQ(Below("/wall", "/wall"), "");
  EXPECT_FALSE(Below("/wallart", "/wall"));
  const std::string json =
      R"([{"a":"/image?x=\"/image?","b":"/media?s=1","c":"/other","d":"https://h/image?"}])";
  EXPECT_EQ(PrefixAddresses(json, ""), json);
  EXPECT_EQ(PrefixAddresses(R"({"a":"/image?x","b":"/media?s","c":"/local-media/a","d":"/other"})",
                            "/wall"),
            R"({"a":"/wall/image?x","b":"/wall/media?s","c":"/wall/local-media/a","d":"/other"})");
}

}  // namespace
}  // namespace marquee::gateway
