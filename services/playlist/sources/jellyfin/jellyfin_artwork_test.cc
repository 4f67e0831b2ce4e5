#include "services/playlist/sources/jellyfin/jellyfin_artwork.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/remote/server_address.h"
#include "tests/support/fake_jellyfin.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::marquee::testing::FakeJellyfin;
using ::testing::HasSubstr;
using ::testing::Not;
using Ending = FakeHttpServer::Ending;

constexpr std::string_view kPath = "/Items/0a1b/Images/Primary";

TEST(JellyfinImagePathTest, AcceptsImagesAndTheirParameters) {
  for (const char* path :
       {"/Items/0a1b2c/Images/Primary", "/Items/12345/Images/Backdrop/0?tag=abc",
        "/Items/0a1b-2c/Images/Logo?maxWidth=300&quality=90", "/Items/0a/Images/Thumb?"}) {
    EXPECT_TRUE(IsImagePath(path)) << path;
  }
}

TEST(JellyfinImagePathTest, RejectsOtherPaths) {
  for (const std::string path : {"",
                                 "/",
                                 "Items/0a/Images/Primary",
                                 "//Items/0a/Images/Primary",
                                 "/Items//Images/Primary",
                                 "/Items/0a//Images/Primary",
                                 "/Items/0a/Images//Primary",
                                 "/Items/0a/Images/Primary/",
                                 "/Items/0a/Images/Primary/0/1",
                                 "/Items/0a/Images/Primary/x",
                                 "/Items/../Images/Primary",
                                 "/Items/%2e%2e/Images/Primary",
                                 "/Items/0a/Images/%2e%2e",
                                 "/Items/0a/Images/..",
                                 "/Items/..%2fx/Images/Primary",
                                 "/Items/0a/Images/Primary/..",
                                 "/Items/0a/Images/Primary\r\nX: y",
                                 "/Items/0a\n/Images/Primary",
                                 "/Items/0a",
                                 "/Users",
                                 "/Items?api_key=x",
                                 "/System/Info",
                                 "/Items/0a/Images",
                                 "/Items/0a/Images/Chapter",
                                 "http://evil/Items/0a/Images/Primary",
                                 "/Items/0a/Images/Primary?api_key=x",
                                 "/Items/0a/Images/Primary?tag=a&url=http://evil",
                                 "/Items/0a/Images/Primary?tag=a%26b",
                                 "/Items/0a/Images/Primary?tag=a?tag=b",
                                 "/Items/0a/Images/Primary#x",
                                 "/items/0a/images/primary",
                                 "/Items/0a/Images/Primary?tag"}) {
    EXPECT_FALSE(IsImagePath(path)) << path;
  }
}

class JellyfinArtworkTest : public ::testing::Test {
 protected:
  absl::Status Open(const ArtworkRequest& request) {
    sink_ = {};
    return artwork_.Open(request, {.deadline = clock_.Now() + absl::Seconds(30), .stop = {}},
                         sink_);
  }
  absl::Status Open(std::string_view path = kPath) {
    ArtworkRequest request;
    request.path = path;
    return Open(request);
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeHttpServer server_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  JellyfinClient client_{
      {.name = "Den",
       .address = *ParseServerAddress(server_.url(), {.port = 8096, .https = {8920}}),
       .token = "planted-secret",
       .version = "1"},
      *http_,
      clock_};
  JellyfinArtwork artwork_{client_};
  CollectingSink sink_;
};

TEST_F(JellyfinArtworkTest, StreamsAnImageAndSendsTheTokenInAHeader) {
  const std::string image(3'000'000, 'p');
  server_.On(std::string(kPath), {.headers = {{"Content-Type", "image/jpeg"},
                                              {"ETag", "\"v1\""},
                                              {"Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"}},
                                  .body = image});

  const auto status = Open(std::string(kPath) + "?tag=abc");

  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(sink_.bytes, image);
  EXPECT_LE(sink_.largest_chunk, 64U * 1024);
  EXPECT_EQ(sink_.header.content_type, "image/jpeg");
  EXPECT_EQ(sink_.header.validator, "\"v1\"");
  EXPECT_EQ(sink_.header.content_bytes, image.size());
  EXPECT_EQ(sink_.header.last_modified, absl::FromUnixSeconds(1767225600));
  const auto request = server_.requests().at(0);
  EXPECT_EQ(request.query, "tag=abc");
  EXPECT_EQ(request.header("x-emby-token"), "planted-secret");
  EXPECT_EQ(request.header("accept-encoding"), "identity");
}

TEST_F(JellyfinArtworkTest, SendsConditionalRequestsByETagOrDate) {
  server_.On(std::string(kPath), [](const FakeHttpServer::Request& request) {
    const bool same = request.header("if-none-match") == "\"v1\"" ||
                      request.header("if-modified-since") == "Thu, 01 Jan 2026 00:00:00 GMT";
    return FakeHttpServer::Reply{
        .status = same ? 304 : 200, .headers = {{"Content-Type", "image/png"}}, .body = "image"};
  });
  for (const char* validator : {"\"v1\"", "modified-1767225600"}) {
    ArtworkRequest request;
    request.path = kPath;
    request.if_validator = validator;

    const auto status = Open(request);

    EXPECT_TRUE(status.ok()) << status;
    EXPECT_TRUE(sink_.header.not_modified) << validator;
    EXPECT_EQ(sink_.header.validator, validator);
    EXPECT_EQ(sink_.bytes, "");
  }
  ArtworkRequest changed;
  changed.path = kPath;
  changed.if_validator = "\"v0\"";
  EXPECT_TRUE(Open(changed).ok());
  EXPECT_FALSE(sink_.header.not_modified);
  EXPECT_EQ(sink_.bytes, "image");
}

TEST_F(JellyfinArtworkTest, DetectsTheTypeIfTheServerStatesNone) {
  for (const char* type : {"", "application/octet-stream"}) {
    FakeHttpServer::Reply reply{.body = "\xFF\xD8\xFF\xE0 and the rest of it"};
    if (*type != '\0') reply.headers = {{"Content-Type", type}};
    server_.On(std::string(kPath), reply);
    EXPECT_TRUE(Open().ok());
    EXPECT_EQ(sink_.header.content_type, "image/jpeg");

    reply.body = R"({"Items":[{"Name":"secret"}]})";
    server_.On(std::string(kPath), reply);
    EXPECT_EQ(Open().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(sink_.headers, 0);
    EXPECT_EQ(sink_.bytes, "");
  }
}

TEST_F(JellyfinArtworkTest, RejectsResponsesThatAreNotImages) {
  for (const char* type : {"application/json", "text/html; charset=utf-8", "video/mp4"}) {
    server_.On(std::string(kPath), {.headers = {{"Content-Type", type}}, .body = "{}"});
    const auto status = Open();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << type;
    EXPECT_EQ(sink_.headers, 0);
  }
  EXPECT_EQ(Open("/Users").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(server_.RequestsTo("/Users"), 0U);
}

TEST_F(JellyfinArtworkTest, MapsServerFailuresToStatusCodes) {
  using enum absl::StatusCode;
  struct Case {
    FakeHttpServer::Reply reply;
    absl::StatusCode code;
  };
  const std::pair<std::string, std::string> image = {"Content-Type", "image/jpeg"};
  const std::vector<Case> cases = {
      {{.status = 404}, kNotFound},
      {{.status = 401}, kUnavailable},
      {{.status = 500}, kUnavailable},
      {{.status = 304}, kUnavailable},
      {{.status = 302, .headers = {{"Location", "http://169.254.169.254/"}}}, kUnavailable},
      {{.headers = {image}, .body = ""}, kFailedPrecondition},
      {{.headers = {image}, .body = std::string(9000, 'x'), .ending = Ending::kCloseMidBody},
       kUnavailable},
      {{.headers = {image}, .body = std::string(1 << 16, 'x'), .ending = Ending::kEndless},
       kFailedPrecondition},
      {{.headers = {image, {"Content-Encoding", "gzip"}}, .body = "x"}, kFailedPrecondition},
  };
  for (const Case& c : cases) {
    server_.On(std::string(kPath), c.reply);
    const auto status = Open();
    EXPECT_EQ(status.code(), c.code) << status;
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("jellyfin \"Den\""));
    EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-secret")));
    EXPECT_LE(sink_.bytes.size(), artwork_.max_image_bytes());
  }
}

TEST_F(JellyfinArtworkTest, RejectsATooLargeContentLengthBeforeTheBody) {
  server_.On(std::string(kPath), {.body = "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n"
                                          "Content-Length: 2000000000\r\n\r\n\xFF\xD8\xFF",
                                  .ending = Ending::kRaw});

  EXPECT_EQ(Open().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(sink_.headers, 0);
}

TEST_F(JellyfinArtworkTest, UsesHeadForTheHeaderOnly) {
  server_.On(std::string(kPath), {.headers = {{"Content-Type", "image/webp"}}, .body = "12345"});
  ArtworkRequest request;
  request.path = kPath;
  request.header_only = true;

  ASSERT_TRUE(Open(request).ok());

  EXPECT_EQ(server_.requests().at(0).method, "HEAD");
  EXPECT_EQ(sink_.header.content_bytes, 5U);
  EXPECT_EQ(sink_.bytes, "");
}

TEST_F(JellyfinArtworkTest, DoesNotFollowARedirectToTheServersApi) {
  server_.On(std::string(kPath), {.status = 302, .headers = {{"Location", "/Users"}}});

  EXPECT_FALSE(Open({.path = std::string(kPath)}).ok());

  EXPECT_EQ(server_.RequestsTo("/Users"), 0U);
}

}  // namespace
}  // namespace marquee::playlist
