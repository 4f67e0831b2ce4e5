#include "services/playlist/artwork/cover_origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/fake_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/collecting_sink.h"

namespace marquee::playlist {
namespace {

class CoverOriginTest : public ::testing::Test {
 protected:
  absl::Status Open(const std::string& url) {
    sink_ = {};
    ArtworkRequest request;
    request.path = url;
    return covers_.Open(request, {}, sink_);
  }

  base::SystemClock clock_;
  httpc::FakeHttpClient http_;
  CoverOrigin covers_{{"Covers.Example", "*.art.example"}, http_, clock_};
  CollectingSink sink_;
};

TEST_F(CoverOriginTest, AllowsKnownCoverHosts) {
  for (const char* url :
       {"https://image.tmdb.org/t/p/w500/a.jpg", "http://images.igdb.com/a.jpg",
        "https://cdn.steamgriddb.com/a.png", "https://cdn2.steamgriddb.com/a.png",
        "https://cdn.mobygames.com/a.jpg", "https://media.retroachievements.org/a.png",
        "https://covers.example/a.jpg", "https://a.art.example/x", "https://IMAGE.TMDB.ORG/x"}) {
    EXPECT_TRUE(covers_.Allows(url)) << url;
  }
}

TEST_F(CoverOriginTest, RejectsAllOtherHosts) {
  for (const char* url :
       {"https://example.org/a.jpg", "https://image.tmdb.org.evil.example/a.jpg",
        "https://evilimage.tmdb.org/a.jpg", "https://image.tmdb.org:8443/a.jpg",
        "https://user:pw@image.tmdb.org/a.jpg", "ftp://image.tmdb.org/a.jpg", "//image.tmdb.org/a",
        "https://art.example/a", "https://cdnx.steamgriddb.com/a", "https://cdn.steamgriddb.com./a",
        "http://127.0.0.1/a.jpg", "http://[::1]/a.jpg", "http://169.254.169.254/latest", "x", ""}) {
    EXPECT_FALSE(covers_.Allows(url)) << url;
    EXPECT_EQ(Open(url).code(), absl::StatusCode::kPermissionDenied) << url;
  }
  EXPECT_EQ(http_.requests().size(), 0U);
}

TEST_F(CoverOriginTest, SendsNoCredentialsAndRequiresPublicAddresses) {
  http_.On("/t/p/w500/a.jpg",
           httpc::FakeHttpClient::Answer{.headers = {{"Content-Type", "image/jpeg"}},
                                         .body = "\xFF\xD8\xFF\xE0 and the rest of an image"});

  EXPECT_TRUE(Open("https://image.tmdb.org/t/p/w500/a.jpg").ok());

  const auto request = http_.requests().at(0);
  EXPECT_TRUE(request.credentials.empty());
  EXPECT_EQ(request.upstream, "covers");
  EXPECT_EQ(request.host_rule(*httpc::Url::Parse("https://image.tmdb.org/x")),
            httpc::HostTrust::kPublic);
  EXPECT_EQ(request.host_rule(*httpc::Url::Parse("https://evil.example/x")),
            httpc::HostTrust::kRefused)
      << "checked again for every redirect";
}

TEST_F(CoverOriginTest, DoesNotContactAnAllowedNameWithAPrivateAddress) {
  obs::Metrics metrics;
  const auto curl = *httpc::CurlHttpClient::Create({}, {clock_, metrics});
  // These might be added to the list; the address is still rejected.
  for (const char* host : {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]",
                           "[2002:7f00:1::]", "[fd00::1]", "10.0.0.1", "169.254.169.254"}) {
    CoverOrigin covers({host}, *curl, clock_);
    ArtworkRequest request;
    request.path = std::string("http://") + host + "/a.jpg";
    CollectingSink sink;

    const absl::Status status = covers.Open(request, {}, sink);

    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(base::MessageOf(status)), ::testing::HasSubstr("not a public one"))
        << host;
  }
}

}  // namespace
}  // namespace marquee::playlist
