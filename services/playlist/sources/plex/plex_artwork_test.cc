#include "services/playlist/sources/plex/plex_artwork.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/plex/plex_images.h"
#include "services/playlist/sources/remote/server_address.h"
#include "tests/support/fake_http_server.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;

TEST(PlexPathTest, AcceptsOnlyImagesAndMediaBelowLibrary) {
  EXPECT_TRUE(IsPlexImagePath("/library/metadata/1/thumb/170"));
  EXPECT_TRUE(IsPlexMediaPath("/library/parts/1/170/file.mp4"));
  EXPECT_TRUE(IsPlexMediaPath("/library/metadata/1/theme/170"));
  for (const char* path :
       {"/accounts", "/library/../accounts", "/library/metadata/1/thumb/170?X-Plex-Token=x", "//x",
        "/library/metadata/%2e%2e/x", "/photo/:/transcode?url=http://evil"}) {
    EXPECT_FALSE(IsPlexImagePath(path)) << path;
    EXPECT_FALSE(IsPlexMediaPath(path)) << path;
  }
  for (const char* path :
       {"/library/metadata/1/art/170", "/library/metadata/1/clearLogo/170",
        "/library/metadata/1/banner/170", "/library/metadata/1/thumb",
        "/library/metadata/1/composite/170", "/library/collections/1/composite/170",
        "/library/collections/1/thumb/170", "/library/sections/1/composite/170",
        "/playlists/1/composite/170"}) {
    EXPECT_TRUE(IsPlexImagePath(path)) << path;
  }
  // Paths with side effects or private information.
  for (const char* path : {"/library/sections/all/refresh",
                           "/library/sections/1/refresh",
                           "/library/sections/1/all",
                           "/library/sections/1/emptyTrash",
                           "/library/sections/1/analyze",
                           "/library/metadata/1",
                           "/library/metadata/1/refresh",
                           "/library/metadata/1/analyze",
                           "/library/metadata/1/match",
                           "/library/metadata/1/unmatch",
                           "/library/metadata/1/children",
                           "/library/optimize",
                           "/library/clean/bundles",
                           "/library/metadata/1/thumb/1/2",
                           "/library/metadata/1/thumb/x",
                           "/library/sections/1/thumb/1",
                           "/playlists/1/items",
                           "/library/metadata/1/theme/170",
                           "/:/prefs",
                           "/:/scrobble",
                           "/status/sessions",
                           "/updater/apply",
                           "/butler/x",
                           "/hubs"}) {
    EXPECT_FALSE(IsPlexImagePath(path)) << path;
  }
  EXPECT_FALSE(IsPlexMediaPath("/library/sections"));
  EXPECT_FALSE(IsPlexMediaPath("/library/parts/1/170/a/b.mp4"));
}

class PlexArtworkTest : public ::testing::Test {
 protected:
  absl::Status Open(const ArtworkRequest& request) {
    sink_ = {};
    return artwork_.Open(request, {}, sink_);
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeHttpServer server_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  RemoteServer remote_{{.type = "plex",
                        .name = "Den",
                        .address = *ParseServerAddress(server_.url(), {}),
                        .credentials = {{"X-Plex-Token", "planted"}}},
                       *http_,
                       clock_};
  PlexArtwork artwork_{remote_};
  CollectingSink sink_;
};

TEST_F(PlexArtworkTest, RejectsResponsesThatAreNotImagesOrMedia) {
  server_.On("/library/metadata/1/thumb/1",
             {.headers = {{"Content-Type", "application/json"}}, .body = R"({"token":"planted"})"});
  server_.On("/library/metadata/1/thumb/2", {.body = R"({"token":"planted"})"});

  for (const char* path : {"/library/metadata/1/thumb/1", "/library/metadata/1/thumb/2"}) {
    EXPECT_EQ(Open({.path = path}).code(), absl::StatusCode::kFailedPrecondition) << path;
    EXPECT_EQ(sink_.bytes, "");
  }
}

TEST_F(PlexArtworkTest, DetectsTheTypeIfTheServerStatesNone) {
  server_.On("/library/metadata/1/thumb/1", {.body = "\xFF\xD8\xFF\xE0 an image of some kind"});

  EXPECT_TRUE(Open({.path = "/library/metadata/1/thumb/1"}).ok());

  EXPECT_EQ(sink_.header.content_type, "image/jpeg");
  EXPECT_EQ(server_.requests().at(0).header("x-plex-token"), "planted");
}

TEST_F(PlexArtworkTest, DoesNotSendTheTokenAfterARedirect) {
  FakeHttpServer elsewhere;
  elsewhere.On("/x",
               {.headers = {{"Content-Type", "image/jpeg"}}, .body = "\xFF\xD8\xFF\xE0 xxxx"});
  server_.On("/library/metadata/1/thumb/1",
             {.status = 302, .headers = {{"Location", elsewhere.url("/x")}}});

  EXPECT_FALSE(Open({.path = "/library/metadata/1/thumb/1"}).ok());

  EXPECT_EQ(elsewhere.requests().size(), 0U);
}

TEST_F(PlexArtworkTest, ReadsATrailerInRanges) {
  server_.On("/library/parts/1/2/file.mp4", [](const FakeHttpServer::Request& request) {
    EXPECT_EQ(request.header("range"), "bytes=2-5");
    return FakeHttpServer::Reply{
        .status = 206,
        .headers = {{"Content-Type", "video/mp4"}, {"Content-Range", "bytes 2-5/10"}},
        .body = "2345"};
  });

  const absl::Status status = Open({.path = "/library/parts/1/2/file.mp4",
                                    .kind = ArtworkKind::kMedia,
                                    .range = ByteRange{.first = 2, .last = 5}});

  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(sink_.bytes, "2345");
  EXPECT_EQ(sink_.header.first_byte, 2U);
  EXPECT_EQ(sink_.header.total_bytes, 10U);
  EXPECT_EQ(sink_.header.content_bytes, 4U);
}

TEST_F(PlexArtworkTest, DoesNotRequestPathsOfNonImages) {
  for (const auto kind : {ArtworkKind::kImage, ArtworkKind::kMedia}) {
    EXPECT_EQ(Open({.path = "/library/sections/all/refresh", .kind = kind}).code(),
              absl::StatusCode::kPermissionDenied);
  }
  EXPECT_EQ(server_.connections(), 0U);
}

TEST_F(PlexArtworkTest, DoesNotFollowARedirectToTheServersApi) {
  server_.On("/library/metadata/1/thumb/1",
             {.status = 302, .headers = {{"Location", "/library/sections/all/refresh"}}});

  EXPECT_FALSE(Open({.path = "/library/metadata/1/thumb/1"}).ok());

  EXPECT_EQ(server_.RequestsTo("/library/sections/all/refresh"), 0U);
  EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(PlexArtworkTest, DetectsTheTypeFromTheBytesNotTheHeader) {
  const std::string image = "\xFF\xD8\xFF\xE0 an image of some kind";
  for (const char* label :
       {"binary/octet-stream", "text/plain", "application/force-download", "application/json",
        "video/mp4", "TEXT/HTML; charset=utf-8", "image/png", "nonsense"}) {
    server_.On("/library/metadata/1/thumb/1",
               {.status = 203, .headers = {{"Content-Type", label}}, .body = image});
    EXPECT_TRUE(Open({.path = "/library/metadata/1/thumb/1"}).ok()) << label;
    EXPECT_EQ(sink_.header.content_type, "image/jpeg") << label;
    EXPECT_EQ(sink_.bytes, image) << label;
  }
}

}  // namespace
}  // namespace marquee::playlist
