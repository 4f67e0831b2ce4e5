// GET /image: limits of the sizes per image and of images that no cache holds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "services/gateway/routes/display/image_fixture.h"

namespace marquee::gateway {
namespace {

TEST_F(ImageRouteTest, LimitsTheSizesRenderedPerImage) {
  images_.answer = MakeImage("x");
  int limited = 0;
  for (int width = 300; width < 400; ++width) {
    const Response answer =
        Get("/image?server=a&path=%2Fb&format=jpeg&v=" + std::to_string(width) +
            "&width=" + std::to_string(width) + "&height=" + std::to_string(width));
    if (answer.status == 429) ++limited;
  }
  EXPECT_LE(images_.calls(), 32U);
  EXPECT_GT(limited, 0) << "different versions count for the same image";
  EXPECT_EQ(Get("/image?server=a&path=%2Fother&width=301").status, 200)
      << "other images are not limited";
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Get("/image?server=a&path=%2Fb&width=399").status, 200);
}

TEST_F(ImageRouteTest, AnAddressThatUsesUpTheSizesOfAnImageDoesNotStopOthers) {
  images_.answer = MakeImage("x");
  const auto ask = [this](int width, const std::string& address) {
    // Sizes that are different also after they are rounded to steps.
    const auto request = std::make_shared<Request>(*MakeRequest(
        Method::kGet, fmt::format("/image?server=a&path=%2Fb&format=jpeg&width={}&height={}", width,
                                  1 + width * 7 % 3900)));
    request->remote_ip = address;
    return RunToEnd(router_.Handle(request)).status;
  };
  for (int width = 100; width < 3900; width += 30) ask(width, "192.0.2.1");
  ASSERT_EQ(ask(1999, "192.0.2.1"), 429);

  EXPECT_EQ(ask(2001, "192.0.2.2"), 200);
  EXPECT_EQ(ask(2500, "192.0.2.2"), 200);
  EXPECT_EQ(ask(3500, "192.0.2.2"), 429);
  // One IPv6 site is one address.
  EXPECT_EQ(ask(2700, "2001:db8:1:1::1"), 200);
  EXPECT_EQ(ask(200, "2001:db8:1:2::1"), 200);
  EXPECT_EQ(ask(3100, "2001:db8:1:3::1"), 429);
}

TEST_F(ImageRouteTest, ReplayOfASignedAddressWithOtherSizesIsLimitedLikeAnUnsignedOne) {
  const ImageUrlSigner signer({std::string(32, 'k')}, absl::Hours(24));
  ImageRoute image({.clock = clock_, .metrics = metrics_, .cache = cache_, .signer = signer});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1"});
  image.AddTo(router);
  images_.answer = MakeImage("x");
  const auto signed_as = [&](const std::string& target) {
    const std::string json = signer.SignAll("\"" + target + "\"", clock_.Now());
    return json.substr(1, json.size() - 2);
  };
  const auto ask = [&router](const std::string& target) {
    return RunToEnd(router.Handle(MakeRequest(Method::kGet, target))).status;
  };
  const std::string free = signed_as("/image?server=a&path=%2Fb&format=jpeg");
  int limited = 0;
  for (int width = 100; width < 3900; width += 30) {
    const auto sized = fmt::format("{}&width={}&height={}", free, width, 1 + width * 7 % 3900);
    if (ask(sized) == 429) ++limited;
  }
  EXPECT_GT(limited, 0);
  EXPECT_LE(images_.calls(), 32U);

  // A size that is part of the signature is rendered exactly, whatever others asked for.
  const std::string sized = signed_as("/image?server=a&path=%2Fb&format=jpeg&width=777");
  EXPECT_EQ(ask(sized), 200);
  EXPECT_EQ(images_.last.width, 777);
  const std::string other =
      "/image?server=a&path=%2Fb&format=jpeg&width=778" + sized.substr(sized.find("&exp="));
  EXPECT_EQ(ask(other), 403);
}

TEST_F(ImageRouteTest, LimitsColdImagesPerAddressButNotCachedOnes) {
  ImageRoute few({.clock = clock_,
                  .metrics = metrics_,
                  .cache = cache_,
                  .signer = signer_,
                  .cold_per_minute = 2});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1"});
  few.AddTo(router);
  images_.answer = MakeImage("x");
  const auto ask = [&router](const std::string& path) {
    return RunToEnd(router.Handle(MakeRequest(Method::kGet, "/image?server=a&path=%2F" + path)));
  };
  EXPECT_EQ(ask("1").status, 200);
  EXPECT_EQ(ask("2").status, 200);
  const Response third = ask("3");
  EXPECT_EQ(third.status, 429);
  EXPECT_NE(third.headers.Get("Retry-After"), "");
  EXPECT_EQ(ask("1").status, 200) << "held";
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(ask("3").status, 200);
}

}  // namespace
}  // namespace marquee::gateway
