// Disguised forms of addresses that must not be contacted, tested through the complete path of an
// image address: ArtworkFetcher, the list of allowed hosts, libcurl, and the check of the address
// that is actually connected to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <clocale>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/httpc/address_policy.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/failure.h"
#include "libs/httpc/fetch.h"
#include "libs/httpc/url.h"
#include "services/playlist/artwork/artwork_fetcher.h"
#include "services/playlist/artwork/named_addresses.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/plex/plex_source.h"
#include "tests/support/fake_plex.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::marquee::testing::FakePlex;
using ::testing::HasSubstr;

constexpr char kImage[] = "\xFF\xD8\xFF\xE0 an image of some kind";

// Where the address is rejected if its host is on the allow-list.
enum class Stop {
  kAtConnect,  // by its IP address, when the connection is made
  kBefore,     // by its form, before any request
};

struct Disguise {
  std::string what;
  const char* url;
  Stop stop = Stop::kAtConnect;
  std::vector<std::string> resolves_to =
      {};  // addresses of the name; empty: the host is an address
};

const std::vector<Disguise>& Disguises() {
  static const std::vector<Disguise> all = {
      // Notations of an IPv4 address that inet_aton(3) accepts.
      {"loopback", "http://127.0.0.1/a.jpg"},
      {"elsewhere in loopback", "http://127.8.9.10/a.jpg"},
      {"decimal", "http://2130706433/a.jpg"},
      {"hexadecimal", "http://0x7f000001/a.jpg"},
      {"hexadecimal parts", "http://0x7f.0x0.0x0.0x1/a.jpg"},
      {"octal", "http://017700000001/a.jpg"},
      {"octal parts", "http://0177.0.0.01/a.jpg"},
      {"octal, decimal and hexadecimal", "http://0177.0.0x0.1/a.jpg"},
      {"two parts", "http://127.1/a.jpg"},
      {"three parts", "http://127.0.1/a.jpg"},
      {"a trailing dot", "http://127.0.0.1./a.jpg", Stop::kAtConnect, {"127.0.0.1"}},
      {"percent-encoded", "http://%31%32%37.0.0.1/a.jpg"},
      {"percent-encoded dots", "http://127%2e0%2e0%2e1/a.jpg"},
      {"TLS", "https://127.0.0.1/a.jpg"},
      // The local network and other ranges that are not the public Internet.
      {"private 10/8", "http://10.0.0.1/a.jpg"},
      {"private 172.16/12", "http://172.31.255.254/a.jpg"},
      {"private 192.168/16", "http://192.168.1.1/a.jpg"},
      {"private, decimal", "http://3232235777/a.jpg"},
      {"private, short", "http://10.1/a.jpg"},
      {"carrier-grade NAT", "http://100.64.0.1/a.jpg"},
      {"link-local", "http://169.254.1.1/a.jpg"},
      {"metadata", "http://169.254.169.254/latest/meta-data/a.jpg"},
      {"metadata, decimal", "http://2852039166/a.jpg"},
      {"metadata, octal", "http://0251.0376.0251.0376/a.jpg"},
      {"metadata of Alibaba", "http://100.100.100.200/a.jpg"},
      {"metadata of Oracle", "http://192.0.0.192/a.jpg"},
      {"this network", "http://0.0.0.0/a.jpg"},
      {"zero", "http://0/a.jpg"},
      {"elsewhere in this network", "http://0.1.2.3/a.jpg"},
      {"benchmarking", "http://198.18.0.1/a.jpg"},
      {"documentation", "http://203.0.113.9/a.jpg"},
      {"reserved", "http://240.0.0.1/a.jpg"},
      {"multicast", "http://224.0.0.251/a.jpg"},
      {"broadcast", "http://255.255.255.255/a.jpg"},
      // IPv6, and IPv4 embedded in it.
      {"IPv6 loopback", "http://[::1]/a.jpg"},
      {"IPv6 loopback in full", "http://[0:0:0:0:0:0:0:1]/a.jpg"},
      {"IPv6 unspecified", "http://[::]/a.jpg"},
      {"unique local", "http://[fd00::1]/a.jpg"},
      {"metadata over IPv6", "http://[fd00:ec2::254]/a.jpg"},
      {"IPv6 link-local", "http://[fe80::1]/a.jpg"},
      {"IPv6 link-local with a zone", "http://[fe80::1%25lo]/a.jpg"},
      {"site-local", "http://[fec0::1]/a.jpg"},
      {"IPv6 multicast", "http://[ff02::1]/a.jpg"},
      {"IPv6 documentation", "http://[2001:db8::1]/a.jpg"},
      {"mapped", "http://[::ffff:127.0.0.1]/a.jpg"},
      {"mapped, hexadecimal", "http://[::ffff:7f00:1]/a.jpg"},
      {"mapped, private", "http://[::ffff:192.168.0.1]/a.jpg"},
      {"mapped, metadata", "http://[::ffff:a9fe:a9fe]/a.jpg"},
      {"compatible", "http://[::127.0.0.1]/a.jpg"},
      {"translated", "http://[::ffff:0:127.0.0.1]/a.jpg"},
      {"NAT64", "http://[64:ff9b::127.0.0.1]/a.jpg"},
      {"NAT64 of metadata", "http://[64:ff9b::a9fe:a9fe]/a.jpg"},
      {"NAT64 with a local prefix", "http://[64:ff9b:1::a00:1]/a.jpg"},
      {"6to4", "http://[2002:7f00:1::]/a.jpg"},
      {"6to4 of a private address", "http://[2002:c0a8:101::1]/a.jpg"},
      {"Teredo", "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/a.jpg"},
      {"ISATAP", "http://[2a00::5efe:192.168.0.1]/a.jpg"},
      {"ORCHID", "http://[2001:20::1]/a.jpg"},
      // Names, whose addresses are checked when the connection is made.
      {"localhost", "http://localhost/a.jpg", Stop::kAtConnect, {"127.0.0.1", "::1"}},
      {"shouting", "http://LOCALHOST/a.jpg", Stop::kAtConnect, {"127.0.0.1"}},
      {"a dot after localhost", "http://localhost./a.jpg", Stop::kAtConnect, {"127.0.0.1"}},
      {"below localhost", "http://a.localhost/a.jpg", Stop::kAtConnect, {"127.0.0.1"}},
      {"metadata by name",
       "http://metadata.google.internal/a.jpg",
       Stop::kAtConnect,
       {"169.254.169.254"}},
      {"a public name for loopback",
       "http://lo.evil.example/a.jpg",
       Stop::kAtConnect,
       {"127.0.0.1"}},
      {"a public name for IPv6 loopback",
       "http://lo6.evil.example/a.jpg",
       Stop::kAtConnect,
       {"::1"}},
      {"a public name for a mapped address",
       "http://mapped.evil.example/a.jpg",
       Stop::kAtConnect,
       {"::ffff:10.0.0.1"}},
      {"an address in a name",
       "http://127.0.0.1.evil.example/a.jpg",
       Stop::kAtConnect,
       {"127.0.0.1"}},
      {"too many parts", "http://127.0.0.0.1/a.jpg", Stop::kAtConnect, {"127.0.0.1"}},
      {"several private addresses",
       "http://many.evil.example/a.jpg",
       Stop::kAtConnect,
       {"10.0.0.1", "fd00::1", "169.254.169.254"}},
      {"a name of the cluster",
       "http://devices.marquee.svc.cluster.local/a.jpg",
       Stop::kAtConnect,
       {"10.96.0.12"}},
      // Unicode that IDNA turns into digits, dots and letters.
      {"circled digits", "http://①②⑦.⓪.⓪.①/a.jpg"},
      {"full-width digits", "http://１２７.０.０.１/a.jpg"},
      {"ideographic full stops", "http://127。0。0。1/a.jpg"},
      {"full-width full stops", "http://127．0．0．1/a.jpg"},
      {"half-width full stops", "http://127｡0｡0｡1/a.jpg"},
      {"circled letters", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/a.jpg", Stop::kAtConnect, {"127.0.0.1"}},
      // Forms that no allow-list can permit.
      {"a user", "http://image.tmdb.org@127.0.0.1/a.jpg", Stop::kBefore},
      {"a user and a password", "http://image.tmdb.org:x@127.0.0.1/a.jpg", Stop::kBefore},
      {"an encoded at sign in a user", "http://image.tmdb.org%40@127.0.0.1/a.jpg", Stop::kBefore},
      {"a backslash before the host", "http:\\\\127.0.0.1/a.jpg", Stop::kBefore},
      {"a backslash after the host", "http://127.0.0.1\\@image.tmdb.org/a.jpg", Stop::kBefore},
      {"a port of Marquee", "http://127.0.0.1:4030/a.jpg", Stop::kBefore},
      {"a port of Redis", "http://localhost:6379/a.jpg", Stop::kBefore},
      {"the port of the other scheme", "http://127.0.0.1:443/a.jpg", Stop::kBefore},
      {"an IPv6 host with a port", "http://[::1]:4030/a.jpg", Stop::kBefore},
      {"a file", "file:///etc/passwd", Stop::kBefore},
      {"gopher", "gopher://127.0.0.1:6379/_FLUSHALL", Stop::kBefore},
      {"dict", "dict://127.0.0.1:11211/stats", Stop::kBefore},
      {"no scheme", "//127.0.0.1/a.jpg", Stop::kBefore},
      {"a slash too many", "http:///127.0.0.1/a.jpg"},
      {"a space", "http://127.0.0.1 /a.jpg", Stop::kBefore},
      {"a line break", "http://127.0.0.1\r\nHost: image.tmdb.org/a.jpg", Stop::kBefore},
  };
  return all;
}

class AddressDisguises : public ::testing::TestWithParam<Disguise> {
 protected:
  AddressDisguises() {
    // In a locale other than UTF-8, libcurl rejects Unicode host names.
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the client and its thread are created later.
    EXPECT_NE(std::setlocale(LC_ALL, "C.UTF-8"), nullptr);
    http_ = *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
    // Any request that gets through would receive an image.
    canary_.OnAnythingElse([](const FakeHttpServer::Request&) {
      return FakeHttpServer::Reply{.headers = {{"Content-Type", "image/jpeg"}}, .body = kImage};
    });
    const auto url = httpc::Url::Parse(GetParam().url);
    if (!url.ok()) return;
    host_ = url->host;
    // libcurl resolves the name without its trailing dot and after IDNA conversion.
    std::string asked = host_;
    if (asked.ends_with('.')) asked.pop_back();
    for (const std::string& name : {host_, asked, std::string("localhost")}) {
      if (!GetParam().resolves_to.empty()) SetAddressesOf(name, GetParam().resolves_to);
    }
  }

  absl::Status Fetch(CoverOrigin& covers, const std::string& url) {
    const ActiveSources no_sources;
    ArtworkFetcher fetcher(no_sources, covers, metrics_);
    CollectingSink sink;
    const absl::Status status = fetcher.Fetch(AtUrl{url}, {}, {}, sink);
    EXPECT_EQ(sink.headers, 0);
    return status;
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeHttpServer canary_;
  std::unique_ptr<httpc::CurlHttpClient> http_;
  std::string host_;
};

TEST_P(AddressDisguises, AreRejectedWhenTheHostIsNotListed) {
  CoverOrigin covers({}, *http_, clock_);

  EXPECT_TRUE(absl::IsPermissionDenied(Fetch(covers, GetParam().url))) << GetParam().what;
}

TEST_P(AddressDisguises, AreRejectedEvenWhenTheHostIsListed) {
  CoverOrigin covers({host_}, *http_, clock_);

  const absl::Status status = Fetch(covers, GetParam().url);

  EXPECT_FALSE(status.ok());
  if (GetParam().stop == Stop::kBefore) {
    EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  } else {
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("which is not a public one"))
        << GetParam().what;
  }
}

// Regardless of ports, schemes and lists, connections are made only to public addresses.
TEST_P(AddressDisguises, AreRejectedWhenTheConnectionIsMade) {
  if (GetParam().stop == Stop::kBefore) return;
  auto url = *httpc::Url::Parse(GetParam().url);
  url.scheme = "http";
  url.port = canary_.port();
  httpc::HttpRequest request;
  request.url = url.ToString();
  request.host_rule = [](const httpc::Url&) { return httpc::HostTrust::kPublic; };

  const auto answer = httpc::Fetch(*http_, request, {});

  EXPECT_EQ(httpc::FailureOf(answer.status()), httpc::Failure::kAddressRefused)
      << GetParam().what << ": " << answer.status();
  EXPECT_EQ(canary_.connections(), 0U);
}

TEST_P(AddressDisguises, AreRejectedAsRedirects) {
  FakeHttpServer trusted;
  trusted.On("/a.jpg", {.status = 302, .headers = {{"Location", GetParam().url}}});
  httpc::HttpRequest request;
  request.url = trusted.url("/a.jpg");
  request.host_rule = [&trusted](const httpc::Url& url) {
    return url.port == trusted.port() ? httpc::HostTrust::kConfigured : httpc::HostTrust::kPublic;
  };
  // A header cannot contain it, or it is interpreted as a path of the same server.
  const std::string_view to = GetParam().url;
  if (to.find('\r') != std::string_view::npos || to.starts_with("http:\\")) return;

  const auto answer = httpc::Fetch(*http_, request, {});

  EXPECT_FALSE(answer.ok() && answer->head.status == 200) << GetParam().what;
  EXPECT_THAT(httpc::FailureOf(answer.status()),
              ::testing::AnyOf(httpc::Failure::kAddressRefused, httpc::Failure::kHostRefused,
                               httpc::Failure::kDns))
      << GetParam().what << ": " << answer.status();
}

INSTANTIATE_TEST_SUITE_P(Of, AddressDisguises, ::testing::ValuesIn(Disguises()));

// DNS rebinding: the name is public when checked and private when the connection is made.
TEST(RebindingTest, IsRejectedWhenTheConnectionIsMade) {
  const base::SystemClock clock;
  obs::Metrics metrics;
  FakeHttpServer canary;
  const auto http = *httpc::CurlHttpClient::Create({}, {clock, metrics});
  SetAddressesOf("rebind.evil.example", {"1.1.1.1"});
  addrinfo* seen = nullptr;
  ASSERT_EQ(getaddrinfo("rebind.evil.example", "80", nullptr, &seen), 0);
  EXPECT_EQ(httpc::KindOf(*seen->ai_addr), httpc::AddressKind::kPublic);
  freeaddrinfo(seen);
  SetAddressesOf("rebind.evil.example", {"127.0.0.1"});
  httpc::HttpRequest request;
  request.url = "http://rebind.evil.example:" + std::to_string(canary.port()) + "/a.jpg";
  request.host_rule = [](const httpc::Url&) { return httpc::HostTrust::kPublic; };

  const auto answer = httpc::Fetch(*http, request, {});

  EXPECT_EQ(httpc::FailureOf(answer.status()), httpc::Failure::kAddressRefused);
  EXPECT_EQ(canary.connections(), 0U);
}

class ConfiguredPlexTest : public ::testing::Test {
 protected:
  ConfiguredPlexTest() {
    plex_.server().On("/library/metadata/1/thumb/2",
                      {.headers = {{"Content-Type", "image/jpeg"}}, .body = kImage});
  }
  absl::Status Fetch(const ArtworkLocation& location) {
    sink_ = {};
    return fetcher_.Fetch(location, {}, {}, sink_);
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakePlex plex_;
  FakeHttpServer elsewhere_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  std::shared_ptr<PlexSource> source_ = *PlexSource::Create(
      {.name = "Den", .url = plex_.url(), .token = std::string(FakePlex::kToken)},
      {clock_, *http_, [] { return uint64_t{7}; }});
  CoverOrigin covers_{{}, *http_, clock_};
  ActiveSources active_sources_{{source_}};
  ArtworkFetcher fetcher_{active_sources_, covers_, metrics_};
  CollectingSink sink_;
};

TEST_F(ConfiguredPlexTest, WorksOnAPrivateAddress) {
  EXPECT_TRUE(Fetch(AtSource{"Den", "/library/metadata/1/thumb/2"}).ok());
  EXPECT_EQ(sink_.bytes, kImage);
  EXPECT_TRUE(Fetch(AtUrl{plex_.url() + "/library/metadata/1/thumb/2"}).ok());
  EXPECT_EQ(sink_.bytes, kImage);
  EXPECT_TRUE(plex_.complaints().empty());
}

TEST_F(ConfiguredPlexTest, DoesNotAllowOtherPrivateAddresses) {
  EXPECT_TRUE(
      absl::IsPermissionDenied(Fetch(AtUrl{elsewhere_.url("/library/metadata/1/thumb/2")})));
  plex_.server().On(
      "/library/metadata/1/thumb/2",
      {.status = 302, .headers = {{"Location", elsewhere_.url("/library/metadata/1/thumb/2")}}});
  EXPECT_FALSE(Fetch(AtSource{"Den", "/library/metadata/1/thumb/2"}).ok());
  EXPECT_EQ(elsewhere_.connections(), 0U);
}

}  // namespace
}  // namespace marquee::playlist
