#include "services/imageproc/transform/describe/describe.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace marquee::imageproc {
namespace {

using ::testing::ElementsAre;
using Colour = ImageDescription::Colour;

Pixels Draw(Size size, const std::function<std::array<uint8_t, 4>(int x, int y)>& at) {
  Pixels pixels{.size = size, .rgba = {}};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto pixel = at(x, y);
      pixels.rgba.insert(pixels.rgba.end(), pixel.begin(), pixel.end());
    }
  }
  return pixels;
}

using Pixel = std::array<uint8_t, 4>;

TEST(DominantColoursTest, FindsTheMainColours) {
  const Pixels flag = Draw({40, 20}, [](int x, int) {
    return x < 20   ? Pixel{200, 10, 10, 255}
           : x < 30 ? Pixel{250, 250, 250, 255}
                    : Pixel{10, 10, 200, 255};
  });

  EXPECT_THAT(DominantColours(flag),
              ElementsAre(Colour{0xc80a0a, 0.5}, Colour{0xfafafa, 0.25}, Colour{0x0a0ac8, 0.25}));
}

TEST(DominantColoursTest, IgnoresTransparentPixels) {
  const Pixels logo = Draw(
      {10, 10}, [](int x, int) { return x < 8 ? Pixel{0, 255, 0, 0} : Pixel{255, 0, 0, 255}; });

  EXPECT_THAT(DominantColours(logo), ElementsAre(Colour{0xff0000, 1}));
  EXPECT_TRUE(DominantColours(Draw({4, 4}, [](int, int) { return Pixel{}; })).empty());
}

TEST(DominantColoursTest, ReturnsAtMostFiveColours) {
  const auto colours = DominantColours(Draw({64, 64}, [](int x, int y) {
    return Pixel{static_cast<uint8_t>(x * 4), static_cast<uint8_t>(y * 4),
                 static_cast<uint8_t>((x + y) * 2), 255};
  }));

  EXPECT_EQ(colours.size(), 5);
}

// The mean colour, decoded from the first three bytes of the hash.
Pixel MeanOf(const std::string& hash) {
  const auto byte = [&hash](size_t i) { return static_cast<uint8_t>(hash[i]); };
  const uint32_t head = byte(0) | byte(1) << 8 | static_cast<uint32_t>(byte(2)) << 16;
  const double l = (head & 63) / 63.0;
  const double p = (head >> 6 & 63) / 31.5 - 1;
  const double q = (head >> 12 & 63) / 31.5 - 1;
  const double b = l - 2.0 / 3 * p;
  const double r = (3 * l - b + q) / 2;
  const double g = r - q;
  const auto to_byte = [](double v) {
    return static_cast<uint8_t>(std::lround(std::clamp(v, 0.0, 1.0) * 255));
  };
  return {to_byte(r), to_byte(g), to_byte(b), static_cast<uint8_t>(head >> 23 != 0 ? 0 : 255)};
}

TEST(ThumbHashTest, StartsWithTheMeanColour) {
  const std::string hash =
      ThumbHashOf(Draw({32, 48}, [](int, int) { return Pixel{180, 90, 40, 255}; }));

  const Pixel mean = MeanOf(hash);
  EXPECT_NEAR(mean[0], 180, 6);
  EXPECT_NEAR(mean[1], 90, 6);
  EXPECT_NEAR(mean[2], 40, 6);
  EXPECT_EQ(mean[3], 255) << "opaque";
}

TEST(ThumbHashTest, EncodesAspectRatioAndTransparency) {
  const auto grey = [](int, int) { return Pixel{128, 128, 128, 255}; };
  const std::string landscape = ThumbHashOf(Draw({60, 30}, grey));
  const std::string portrait = ThumbHashOf(Draw({30, 60}, grey));
  const std::string logo = ThumbHashOf(Draw({30, 60}, [](int x, int) {
    return Pixel{128, 128, 128, static_cast<uint8_t>(x < 15 ? 0 : 255)};
  }));

  EXPECT_NE(static_cast<uint8_t>(landscape[4]) & 0x80, 0);
  EXPECT_EQ(static_cast<uint8_t>(portrait[4]) & 0x80, 0);
  EXPECT_EQ(static_cast<uint8_t>(portrait[3]) & 7, 4) << "half of seven coefficients, rounded up";
  EXPECT_EQ(MeanOf(logo)[3], 0) << "has alpha";
  EXPECT_LE(landscape.size(), 25);
}

TEST(ThumbHashTest, DiffersBetweenImagesAndIsDeterministic) {
  const auto draw = [](int turn) {
    return Draw({32, 32}, [turn](int x, int y) {
      return (turn != 0 ? x : y) < 16 ? Pixel{255, 255, 255, 255} : Pixel{0, 0, 0, 255};
    });
  };

  EXPECT_EQ(ThumbHashOf(draw(0)), ThumbHashOf(draw(0)));
  EXPECT_NE(ThumbHashOf(draw(0)), ThumbHashOf(draw(1)));
}

TEST(ThumbHashTest, MatchesTheHashDecodedByDisplays) {
  const std::string hash = ThumbHashOf(Draw({60, 90}, [](int, int y) {
    return y < 45 ? Pixel{0xc0, 0x20, 0x20, 255} : Pixel{0x20, 0x20, 0xc0, 255};
  }));

  // Decoded in tests/web/placeholder.test.mjs.
  EXPECT_EQ(absl::Base64Escape({hash.data(), hash.size()}), "1ZYCnRoMGYmIaIiIiISo2IePiPeI");
}

TEST(DescriptionTest, ParseReturnsWhatFormatWrote) {
  const ImageDescription description{.width_px = 1000,
                                     .height_px = 1500,
                                     .content_type = "image/jpeg",
                                     .colours = {{0x00ab0c, 0.625}, {0xffffff, 0.25}},
                                     .thumb_hash = std::string("\0\xff\x10", 3)};

  EXPECT_EQ(*ParseDescription(FormatDescription(description)), description);
  EXPECT_FALSE(ParseDescription("").ok());
}

}  // namespace
}  // namespace marquee::imageproc
