// GET /image: validation, caching and fallback.
#include "services/gateway/routes/display/image.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/gateway/routes/display/get_media.h"
#include "services/gateway/routes/display/image_fixture.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;

class SignedImageRouteTest : public ImageRouteTest {
 protected:
  SignedImageRouteTest() : ImageRouteTest({std::string(32, 'k')}) {}
};

// Service levels count refused images as our failures; a missing signature is the client's.
TEST_F(SignedImageRouteTest, RejectedSignatureIsNotCountedAsARefusedImage) {
  EXPECT_EQ(Get("/image?server=a&path=%2Fb").status, 403);
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "refused"}}), 0);
}

TEST_F(ImageRouteTest, ReturnsMissThenHitThen304AndCountsThem) {
  images_.answer = MakeImage("jpeg bytes");
  const std::string target = "/image?server=Posters&path=%2Fa.jpg&v=1";

  const Response first = Get(target);
  const Response second = Get(target);
  const Response third = Get(target, {{"If-None-Match", std::string(first.headers.Get("ETag"))}});

  EXPECT_EQ(BodyOf(first), "jpeg bytes");
  EXPECT_EQ(first.headers.Get("X-Cache"), "MISS");
  EXPECT_EQ(first.headers.Get("Cache-Status"),
            "marquee-memory; fwd=miss, marquee-edge; fwd=miss; stored");
  EXPECT_EQ(first.headers.Get("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(second.headers.Get("X-Cache"), "HIT");
  EXPECT_EQ(second.headers.Get("Cache-Status"), "marquee-edge; hit");
  EXPECT_EQ(third.status, 304);
  EXPECT_EQ(BodyOf(third), "");
  EXPECT_EQ(images_.calls(), 1U);
  const auto edge = [&](const char* result) {
    return Counted("marquee_cache_requests_total",
                   {{"cache", "image"}, {"tier", "edge"}, {"result", result}});
  };
  EXPECT_EQ(edge("miss"), 1);
  EXPECT_EQ(edge("hit"), 2);
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "origin"}}), 1);
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "edge"}}), 2);
}

TEST_F(ImageRouteTest, MeasuresEachResponseByWhereTheImageCameFrom) {
  images_.answer = MakeImage("jpeg bytes");
  const std::string target = "/image?server=Posters&path=%2Fa.jpg&v=1";
  Get(target);
  Get(target);
  images_.answer = absl::NotFoundError("no such file");
  Get("/image?server=Posters&path=%2Fb.jpg&v=1");

  const std::string text = metrics_.Render();
  for (const std::string from : {"origin", "edge", "fallback"}) {
    EXPECT_THAT(text, HasSubstr("marquee_gateway_image_seconds_count{from=\"" + from + "\"} 1\n"));
  }
  // The service level objectives are read from these buckets.
  EXPECT_THAT(text, HasSubstr(R"(marquee_gateway_image_seconds_bucket{from="edge",le="0.15"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(marquee_gateway_image_seconds_bucket{from="origin",le="1"} 1)"));
}

TEST_F(ImageRouteTest, ImageFromTheMemoryTierIsAHit) {
  images_.answer = MakeImage("x", ServedFrom::kMemory);
  const Response answer = Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(answer.headers.Get("X-Cache"), "HIT");
  EXPECT_EQ(answer.headers.Get("Cache-Status"),
            "marquee-memory; hit, marquee-edge; fwd=miss; stored");
  EXPECT_EQ(answer.headers.Get("Cache-Control"),
            "public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800");
}

TEST_F(ImageRouteTest, SupportsByteRanges) {
  images_.answer = MakeImage("0123456789");
  const Response answer = Get("/image?server=a&path=%2Fb", {{"Range", "bytes=0-3"}});
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(BodyOf(answer), "0123");
}

class NoImage : public ImageRouteTest, public ::testing::WithParamInterface<absl::Status> {};
TEST_P(NoImage, RedirectsToFallbackImageWithNoStore) {
  images_.answer = GetParam();
  const Response answer = Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.headers.Get("Location"), "/fallback-poster.png");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "fallback"}}), 1);
}
INSTANTIATE_TEST_SUITE_P(
    Routes, NoImage,
    ::testing::Values(absl::NotFoundError("unknown server"),
                      absl::PermissionDeniedError("forbidden address"),
                      absl::FailedPreconditionError("no image"),
                      rpc::WithReason(absl::UnavailableError("origin"), "ORIGIN_UNAVAILABLE"),
                      rpc::WithReason(absl::DeadlineExceededError("slow"), "ORIGIN_TIMEOUT"),
                      rpc::WithReason(absl::ResourceExhaustedError("big"), "TOO_LARGE")));

class Overload : public ImageRouteTest, public ::testing::WithParamInterface<absl::Status> {};
TEST_P(Overload, Yields503WithNoStore) {
  images_.answer = GetParam();
  const Response answer = Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.headers.Get("Retry-After"), "");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "refused"}}), 1);
}
INSTANTIATE_TEST_SUITE_P(Routes, Overload,
                         ::testing::Values(absl::ResourceExhaustedError("busy"),
                                           absl::UnavailableError("away"),
                                           absl::DeadlineExceededError("slow"),
                                           absl::InternalError("bug")));

TEST_F(ImageRouteTest, ServesStaleImageWhenTheOriginFails) {
  images_.answer = MakeImage("old");
  Get("/image?server=a&path=%2Fb");
  clock_.Advance(absl::Minutes(71));  // longer than stale-while-revalidate
  images_.answer = absl::UnavailableError("away");

  const Response answer = Get("/image?server=a&path=%2Fb");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(BodyOf(answer), "old");
  EXPECT_EQ(answer.headers.Get("Cache-Status"), "marquee-edge; hit; detail=stale-if-error");
  EXPECT_EQ(Counted("marquee_gateway_images_served_total", {{"from", "stale"}}), 1);
  EXPECT_EQ(Counted("marquee_cache_requests_total",
                    {{"cache", "image"}, {"tier", "edge"}, {"result", "stale"}}),
            1);
}

TEST_F(ImageRouteTest, RevalidatesStaleImageWithoutTransferringBytes) {
  const Image image = MakeImage("same");
  images_.answer = image;
  Get("/image?server=a&path=%2Fb");
  clock_.Advance(absl::Minutes(71));  // longer than stale-while-revalidate
  Image unchanged;
  unchanged.not_modified = true;
  images_.answer = unchanged;

  EXPECT_EQ(BodyOf(Get("/image?server=a&path=%2Fb")), "same");
  EXPECT_EQ(images_.last_if_none_match, image.etag);
  EXPECT_EQ(Get("/image?server=a&path=%2Fb").headers.Get("Cache-Status"), "marquee-edge; hit");
  EXPECT_EQ(images_.calls(), 2U);
}

TEST_F(ImageRouteTest, RejectsUnsignedUrlsWhenSigningIsEnabled) {
  const ImageUrlSigner signer({std::string(32, 'k')}, absl::Hours(24));
  Router router({.clock = clock_, .metrics = metrics_, .version = "1"});
  FakeMedia playlist;
  InlineExecutor executor;
  RenderedCache rendered({}, {.clock = clock_, .metrics = metrics_, .executor = executor});
  FakeCatalog catalog;
  const SettingsDirectory settings(clock_);
  const MediaLinks links(sealer_);
  GetMediaRoute media({.clock = clock_,
                       .media = playlist,
                       .catalog = catalog,
                       .rendered = rendered,
                       .settings = settings,
                       .signer = signer,
                       .links = links,
                       .startup_wait = absl::ZeroDuration()});
  ImageRoute image({.clock = clock_, .metrics = metrics_, .cache = cache_, .signer = signer});
  media.AddTo(router);
  image.AddTo(router);
  playlist.view = MakePlaylist(1);
  images_.answer = MakeImage("x");
  const auto ask = [&router](const std::string& target) {
    return RunToEnd(router.Handle(MakeRequest(Method::kGet, target)));
  };

  const std::string poster(Json(ask("/get-media")).at(0).at("posterUrl").as_string());

  EXPECT_EQ(ask(poster).status, 200);
  EXPECT_EQ(ask(poster + "&width=300").status, 200);
  EXPECT_EQ(ask("/image?server=Posters&path=%2Ffilm-0.jpg&v=1").status, 403);
  EXPECT_EQ(
      ask("/image?server=Posters&path=%2Fother.jpg" + poster.substr(poster.find("&v="))).status,
      403);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(ask(poster).status, 403);
}

class ImageValidation : public ImageRouteTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(ImageValidation, Yields400WithDetails) {
  images_.answer = MakeImage("x");
  const Response answer = Get(GetParam());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(Json(answer).at("error"), "Invalid image parameters");
  EXPECT_FALSE(Json(answer).at("details").as_array().empty());
  EXPECT_EQ(images_.calls(), 0U);
}
INSTANTIATE_TEST_SUITE_P(
    Routes, ImageValidation,
    ::testing::Values("/image", "/image?path=%2Fx", "/image?server=a",
                      "/image?url=file%3A%2F%2F%2Fetc", "/image?url=http%3A%2F%2Fa%20b%2F",
                      "/image?url=http%3A%2F%2F", "/image?url=javascript%3A1",
                      "/image?server=a&path=x", "/image?server=a&path=%2F%2Fevil",
                      "/image?server=a&path=%2Fa%2F..%2Fb", "/image?server=a&path=%2Fa%0Ab",
                      "/image?server=a&path=%2Fa%5Cb", "/image?server=a&path=http%3A%2F%2Fx",
                      "/image?server=a&path=%2Fb&width=0", "/image?server=a&path=%2Fb&width=4001",
                      "/image?server=a&path=%2Fb&quality=101", "/image?server=a&path=%2Fb&dpr=nan",
                      "/image?server=a&path=%2Fb&fit=tile",
                      "/image?server=a&path=%2Fb&width=9&height=9&position=left"));

TEST_F(ImageRouteTest, IgnoresUnknownAndIneffectiveParameters) {
  images_.answer = MakeImage("x");
  Get("/image?server=a&path=%2Fb");
  EXPECT_EQ(Get("/image?server=a&path=%2Fb&cb=1&dpr=2").headers.Get("X-Cache"), "HIT");
}

TEST_F(ImageRouteTest, CachesResizedImagePerFormat) {
  images_.answer = MakeImage("x");
  const std::string target = "/image?server=a&path=%2Fb&width=300";
  Get(target, {{"Accept", "image/webp,*/*"}});
  const Response other = Get(target, {{"Accept", "*/*"}});
  EXPECT_EQ(images_.calls(), 2U);
  EXPECT_EQ(other.headers.Get("Vary"), "Accept");
}

struct Taken {
  const char* accept;
  bool avif;  // is offered
  ImageFormat format;
};
class AutoFormat : public ImageRouteTest, public ::testing::WithParamInterface<Taken> {};
TEST_P(AutoFormat, IsTheBestThatTheDisplayAcceptsByName) {
  std::vector<FieldError> errors;
  const Query query({{"server", "a"}, {"path", "/b"}, {"format", "auto"}});
  const ImageRequest asked =
      ParseImageQuery(query, GetParam().accept, {.avif = GetParam().avif}, errors);
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(asked.format, GetParam().format);
  EXPECT_TRUE(asked.negotiated);
}
constexpr char kBrowser[] = "image/avif,image/webp,image/apng,*/*;q=0.8";
INSTANTIATE_TEST_SUITE_P(Routes, AutoFormat,
                         ::testing::Values(Taken{kBrowser, true, ImageFormat::kAvif},
                                           Taken{kBrowser, false, ImageFormat::kWebp},
                                           Taken{"image/webp", true, ImageFormat::kWebp},
                                           Taken{"*/*", true, ImageFormat::kJpeg},
                                           Taken{"image/*", true, ImageFormat::kJpeg},
                                           Taken{"image/webp;q=0", true, ImageFormat::kJpeg},
                                           Taken{"", true, ImageFormat::kJpeg}));

TEST_F(ImageRouteTest, CachesAutomaticFormatUnderTheSelectedFormat) {
  images_.answer = MakeImage("x");
  const Response webp = Get("/image?server=a&path=%2Fb&format=auto", {{"Accept", "image/webp"}});
  Get("/image?server=a&path=%2Fb&format=auto", {{"Accept", "image/webp,*/*"}});
  EXPECT_EQ(webp.headers.Get("Vary"), "Accept");
  EXPECT_EQ(images_.calls(), 1U);
  EXPECT_FALSE(Get("/image?server=a&path=%2Fb&format=webp").headers.Has("Vary"));
  EXPECT_EQ(images_.calls(), 1U) << "both requests select the same format";
}

TEST_F(ImageRouteTest, PositionSelectsASmartCrop) {
  std::vector<FieldError> errors;
  const auto ask = [&errors](std::vector<std::pair<std::string, std::string>> more) {
    more.emplace_back("server", "a");
    more.emplace_back("path", "/b");
    return ParseImageQuery(Query(std::move(more)), "", {}, errors);
  };
  const ImageRequest crop = ask({{"width", "300"}, {"height", "300"}, {"position", "Attention"}});
  EXPECT_EQ(crop.position, ImagePosition::kAttention);
  EXPECT_NE(crop.Key(), ask({{"width", "300"}, {"height", "300"}}).Key());
  // Without a crop the position has no effect, so there is one cache key.
  EXPECT_EQ(ask({{"width", "300"}, {"position", "attention"}}).Key(),
            ask({{"width", "300"}}).Key());
  EXPECT_TRUE(errors.empty());
}

TEST_F(ImageRouteTest, LowersPixelRatioAboveTheMaximumPixels) {
  std::vector<FieldError> errors;
  const ImageRequest asked = ParseImageQuery(Query({{"server", "a"},
                                                    {"path", "/b"},
                                                    {"width", "4000"},
                                                    {"height", "4000"},
                                                    {"dpr", "2"},
                                                    {"format", "png"}}),
                                             "", {}, errors);
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(asked.device_pixel_ratio, 1);
}

TEST_F(ImageRouteTest, UnsatisfiableRangeIsNotCached) {
  images_.answer = MakeImage("0123456789");
  const Response answer = Get("/image?server=a&path=%2Fb&v=1", {{"Range", "bytes=100-"}});
  EXPECT_EQ(answer.status, 416);
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
}

TEST_F(ImageRouteTest, FallbackPosterIsAnSvg) {
  const Response answer = Get("/fallback-poster.png");
  EXPECT_EQ(answer.headers.Get("Content-Type"), "image/svg+xml; charset=utf-8");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "public, max-age=86400");
  EXPECT_TRUE(BodyOf(answer).starts_with("<svg"));
}

}  // namespace
}  // namespace marquee::gateway
