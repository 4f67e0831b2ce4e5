// Original bytes of local files and of media servers.
#include "services/gateway/routes/display/local_files.h"

#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class LocalFilesTest : public RouteTest {
 protected:
  LocalFilesTest() { routes_.AddTo(router_); }

  FakeArtwork artwork_;
  const MediaLinks links_{sealer_};
  LocalFilesRoute routes_{artwork_, links_, clock_};
};

class BadPack : public LocalFilesTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(BadPack, Yields400WithoutAFetch) {
  EXPECT_EQ(Get(GetParam()).status, 400);
  EXPECT_TRUE(artwork_.requests.empty());
}
INSTANTIATE_TEST_SUITE_P(Routes, BadPack,
                         ::testing::Values("/local-posterpack", "/local-posterpack?zip=a.zip",
                                           "/local-posterpack?zip=..%2Fa.zip&entry=poster",
                                           "/local-posterpack?zip=%252e%252e%2Fa.zip&entry=poster",
                                           "/local-posterpack?zip=%2Fa.zip&entry=poster",
                                           "/local-posterpack?zip=%5Ca.zip&entry=poster",
                                           "/local-posterpack?zip=C%3A%5Ca.zip&entry=poster",
                                           "/local-posterpack?zip=a.zip&entry=readme"));

TEST_F(LocalFilesTest, ServesPosterpackEntry) {
  const Response answer = Get("/local-posterpack?zip=complete%2Fa.zip&entry=trailer");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(BodyOf(answer), "0123456789");
  EXPECT_EQ(answer.stream_length, 10U);
  EXPECT_EQ(artwork_.requests.back().zip, "complete/a.zip");
  EXPECT_TRUE(artwork_.requests.back().media);
}

TEST_F(LocalFilesTest, HeadReportsLengthOfPosterpackEntry) {
  const Response answer = Ask(Method::kHead, "/local-posterpack?zip=a.zip&entry=poster");
  EXPECT_EQ(answer.stream_length, 10U);
  EXPECT_TRUE(artwork_.requests.back().header_only);
}

TEST_F(LocalFilesTest, LocalMediaSupportsRangesAnd304) {
  const Response range = Get("/local-media/motion/a%20b.mp4", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(range.status, 206);
  EXPECT_EQ(range.headers.Get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(BodyOf(range), "234");
  EXPECT_EQ(artwork_.requests.back().local_path, "motion/a b.mp4");

  const Response same = Get("/local-media/motion/a%20b.mp4",
                            {{"If-None-Match", std::string(range.headers.Get("ETag"))}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(BodyOf(same), "");
}

TEST_F(LocalFilesTest, AnswersIfModifiedSince) {
  artwork_.last_modified = absl::FromUnixSeconds(784111777);
  const Fields since{{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  const Fields ranged{{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"},
                      {"Range", "bytes=2-4"}};
  const Fields older{{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}};
  const Fields other{{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"},
                     {"If-None-Match", "\"other\""}};
  for (const char* target : {"/local-media/a.mp4", "/local-posterpack?zip=a.zip&entry=poster"}) {
    EXPECT_EQ(Get(target, since).status, 304) << target;
    EXPECT_TRUE(artwork_.requests.back().header_only)
        << "the body was fetched although it was not needed";
    EXPECT_EQ(Ask(Method::kHead, target, since).status, 304) << target;
    EXPECT_EQ(Get(target, ranged).status, 304) << target;
    EXPECT_EQ(Get(target, older).status, 200) << target;
    EXPECT_EQ(Get(target, other).status, 200) << target;
  }
}

TEST_F(LocalFilesTest, CutsRangeFromWholeBody) {
  artwork_.cuts = false;
  const Response part = Get("/local-media/a.jpg", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.headers.Get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part.stream_length, 3U);
  EXPECT_EQ(BodyOf(part), "234");
  EXPECT_EQ(BodyOf(Get("/local-media/a.jpg", {{"Range", "bytes=-2"}})), "89");
  EXPECT_EQ(Get("/local-media/a.jpg", {{"Range", "bytes=10-"}}).status, 416);
}

TEST_F(LocalFilesTest, LocalMediaRejectsOtherFileTypes) {
  for (const char* target : {"/local-media/metadata.json", "/local-media/a.svg", "/local-media/",
                             "/local-media/.posterrama"}) {
    EXPECT_EQ(Get(target).status, 404) << target;
  }
  EXPECT_TRUE(artwork_.requests.empty());
}

TEST_F(LocalFilesTest, ServesTrailerWithRangesAtSealedUrl) {
  const std::string url =
      links_.Seal("/media?server=Den&path=%2Flibrary%2Fparts%2F1%2F2%2Ffile.mp4");

  const Response range = Get(url, {{"Range", "bytes=2-4"}});

  EXPECT_EQ(range.status, 206);
  EXPECT_EQ(BodyOf(range), "234");
  EXPECT_EQ(artwork_.requests.back().source, "Den");
  EXPECT_EQ(artwork_.requests.back().source_path, "/library/parts/1/2/file.mp4");
  EXPECT_TRUE(artwork_.requests.back().media);
}

TEST_F(LocalFilesTest, RejectsMediaUrlsWithoutValidKey) {
  const std::string url =
      links_.Seal("/media?server=Den&path=%2Flibrary%2Fparts%2F1%2F2%2Ffile.mp4");
  const std::string key = url.substr(url.find("&key="));
  const std::string film = "/media?server=Den&path=%2Flibrary%2Fparts%2F9%2F9%2Ffilm.mkv";

  EXPECT_EQ(Get(film).status, 403);
  EXPECT_EQ(Get(film + key).status, 403);
  EXPECT_EQ(Get("/media?server=Den&path=x" + key).status, 400);
  EXPECT_EQ(Get("/media").status, 400);
  EXPECT_TRUE(artwork_.requests.empty());
}

TEST(LocalMediaPathTest, RejectsTargetsWithDotDotSegments) {
  for (const char* target :
       {"/local-media/../secret.jpg", "/local-media/%2e%2e/secret.jpg", "/local-media/a/..%2fb.jpg",
        "/local-media/..%5csecret.jpg", "/local-media/a%00.jpg", "/local-media/%2E./secret.jpg"}) {
    EXPECT_FALSE(ParseTarget(target).ok()) << target;
  }
}

TEST_F(LocalFilesTest, MapsErrorsToStatuses) {
  artwork_.failure = absl::NotFoundError("x");
  EXPECT_EQ(Get("/local-media/a.jpg").status, 404);
  artwork_.failure = absl::PermissionDeniedError("x");
  EXPECT_EQ(Get("/local-media/a.jpg").status, 400);
  artwork_.failure = absl::FailedPreconditionError("x");
  EXPECT_EQ(Get("/local-posterpack?zip=a.zip&entry=poster").status, 500);
  artwork_.failure = absl::UnavailableError("x");
  EXPECT_EQ(Get("/local-media/a.jpg").status, 503);
}

TEST_F(LocalFilesTest, AFolderThatHangsIsTheFallbackImageAndNoOverload) {
  for (const auto& failure :
       {rpc::WithReason(absl::DeadlineExceededError("hangs"), "ORIGIN_TIMEOUT"),
        rpc::WithReason(absl::UnavailableError("hangs"), "ORIGIN_UNAVAILABLE")}) {
    artwork_.failure = failure;
    for (const char* path : {"/local-media/a.jpg", "/local-posterpack?zip=a.zip&entry=poster"}) {
      const Response image = Get(path);
      EXPECT_EQ(image.status, 302) << path;
      EXPECT_EQ(image.headers.Get("Location"), "/fallback-poster.png");
      EXPECT_EQ(image.headers.Get("Cache-Control"), "no-store");
      EXPECT_FALSE(image.headers.Has("Retry-After"));
    }
    for (const char* path : {"/local-media/a.mp4", "/local-posterpack?zip=a.zip&entry=trailer"}) {
      EXPECT_EQ(Get(path).status, 504) << path;
      EXPECT_EQ(Get(path).headers.Get("Cache-Control"), "no-store");
    }
  }
  artwork_.failure = absl::ResourceExhaustedError("busy");
  EXPECT_EQ(Get("/local-media/a.jpg").status, 503);
}

}  // namespace
}  // namespace marquee::gateway
