// Transforming images of every type, shape and colour space.
#include "services/imageproc/transform/vips_transformer.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services/imageproc/transform/test_images.h"
#include "services/imageproc/transform/vips_transformer_fixture.h"

namespace marquee::imageproc {
namespace {

TEST_F(VipsTransformerTest, ProducesAJpegOfExactlyTheRequestedSize) {
  for (const bool progressive : {false, true}) {
    const auto answer = Run(test_images::MakeJpeg(1000, 1500, {.progressive = progressive}),
                            {.width = 601, .height = 899});

    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->content_type, "image/jpeg");
    const test_images::Header header = test_images::ReadHeader(answer->bytes);
    EXPECT_EQ(header.loader, "jpegload_buffer");
    EXPECT_EQ(std::pair(header.width, header.height), std::pair(601, 899));
    EXPECT_EQ(std::pair(answer->width_px, answer->height_px), std::pair(601, 899));
  }
}

TEST_F(VipsTransformerTest, ProducesWebpAndPngOnRequest) {
  const std::string poster = test_images::MakeJpeg(200, 300);

  EXPECT_EQ(
      test_images::ReadHeader(Run(poster, {.width = 60, .format = Format::kWebp})->bytes).loader,
      "webpload_buffer");
  EXPECT_EQ(
      test_images::ReadHeader(Run(poster, {.width = 60, .format = Format::kPng})->bytes).loader,
      "pngload_buffer");
}

TEST_F(VipsTransformerTest, LooksLikeTheOriginal) {
  const auto answer =
      Run(test_images::MakeJpeg(1200, 1800), {.width = 600, .height = 900, .quality = 90});

  // Drawn directly at the output size the stripes would be finer, so compare with a lossless
  // reduction instead.
  const auto reference =
      Run(test_images::MakePng(1200, 1800), {.width = 600, .height = 900, .format = Format::kPng});
  EXPECT_GT(test_images::Psnr(answer->bytes, reference->bytes), 33);
}

TEST_F(VipsTransformerTest, AppliesAndRemovesTheOrientation) {
  // Orientation 6: rotate clockwise, so that the left half becomes the top.
  const auto answer = Run(test_images::MakeJpeg(300, 200, {.orientation = 6}), {.height = 150});

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(std::pair(answer->width_px, answer->height_px), std::pair(100, 150));
  const test_images::Colour top = test_images::MeanColour(answer->bytes, 0, 0, 1, 0.4);
  const test_images::Colour bottom = test_images::MeanColour(answer->bytes, 0, 0.6, 1, 0.4);
  EXPECT_GT(top.red, top.blue + 100);
  EXPECT_GT(bottom.blue, bottom.red + 100);
  EXPECT_FALSE(test_images::ReadHeader(answer->bytes).has_metadata);
}

TEST_F(VipsTransformerTest, ConvertsCmykGreyAndSixteenBits) {
  const auto cmyk = Run(test_images::MakeJpeg(300, 200, {.cmyk = true}), {.width = 150});
  const auto grey = Run(test_images::MakeJpeg(300, 200, {.grey = true}), {.width = 150});
  const auto deep = Run(test_images::MakePng(300, 200, {.sixteen_bits = true}), {.width = 150});

  ASSERT_TRUE(cmyk.ok()) << cmyk.status();
  EXPECT_EQ(test_images::ReadHeader(cmyk->bytes).bands, 3);
  const test_images::Colour left = test_images::MeanColour(cmyk->bytes, 0, 0, 0.4, 1);
  EXPECT_GT(left.red, left.blue + 50);
  ASSERT_TRUE(grey.ok()) << grey.status();
  const test_images::Colour mean = test_images::MeanColour(grey->bytes, 0, 0, 1, 1);
  EXPECT_NEAR(mean.red, mean.blue, 1);
  EXPECT_GT(mean.red, 60);
  ASSERT_TRUE(deep.ok()) << deep.status();
  EXPECT_GT(test_images::MeanColour(deep->bytes, 0, 0, 0.4, 1).red, 150);
  const auto deep_png = Run(test_images::MakePng(300, 200, {.sixteen_bits = true}),
                            {.width = 150, .format = Format::kPng});
  EXPECT_LT(test_images::MeanColour(deep_png->bytes, 0, 0, 0.4, 1).red, 256) << "eight bits";
}

TEST_F(VipsTransformerTest, ConvertsImagesWithAProfileOtherThanSrgb) {
  const std::string plain = test_images::MakeJpeg(300, 200);
  const std::string srgb = test_images::MakeJpeg(300, 200, {.profile = "srgb"});
  const std::string p3 = test_images::MakeJpeg(300, 200, {.profile = "p3"});
  ASSERT_LT(test_images::MeanColour(p3, 0, 0, 0.4, 1).red,
            test_images::MeanColour(plain, 0, 0, 0.4, 1).red - 5)
      << "the same red has a smaller value in the larger colour space";

  EXPECT_FALSE(transformer_.Inspect(MemoryBlob(plain))->needs_profile);
  EXPECT_FALSE(transformer_.Inspect(MemoryBlob(srgb))->needs_profile);
  EXPECT_TRUE(transformer_.Inspect(MemoryBlob(p3))->needs_profile);
  const auto converted = Run(p3, {.width = 150});
  EXPECT_NEAR(test_images::MeanColour(converted->bytes, 0, 0, 0.4, 1).red,
              test_images::MeanColour(plain, 0, 0, 0.4, 1).red, 4);
  EXPECT_FALSE(test_images::ReadHeader(converted->bytes).has_metadata);
}

TEST_F(VipsTransformerTest, KeepsTransparencyUnlessTheFormatHasNone) {
  const std::string logo = test_images::MakePng(300, 200, {.alpha = true});

  const auto kept = Run(logo, {.width = 150});
  const auto flat = Run(logo, {.width = 150, .format = Format::kJpeg});
  const auto opaque = Run(test_images::MakePng(300, 200), {.width = 150});

  EXPECT_EQ(kept->content_type, "image/png");
  EXPECT_EQ(test_images::ReadHeader(kept->bytes).bands, 4);
  EXPECT_LT(test_images::MeanColour(flat->bytes, 0, 0, 1, 0.4).red, 10) << "black shines through";
  EXPECT_EQ(opaque->content_type, "image/jpeg");
}

TEST_F(VipsTransformerTest, ReadsEveryKnownType) {
  EXPECT_TRUE(Run(test_images::MakeWebp(300, 200), {.width = 150}).ok());
  EXPECT_EQ(Run(test_images::MakeWebp(300, 200), {.width = 150})->content_type, "image/webp");
  EXPECT_TRUE(Run(test_images::MakeAnimatedGif(300, 200, 1), {.width = 150}).ok());
  EXPECT_TRUE(Run(test_images::MakePng(300, 200, {.interlaced = true}), {.width = 150}).ok());
}

TEST_F(VipsTransformerTest, FillsTheBoxForContainAndCropsTheMiddleForCover) {
  const std::string backdrop = test_images::MakeJpeg(800, 400);

  const auto contained = Run(backdrop, {.width = 100, .height = 100, .fit = Fit::kContain});
  const auto covered = Run(backdrop, {.width = 100, .height = 100, .fit = Fit::kCover});

  EXPECT_EQ(std::pair(contained->width_px, contained->height_px), std::pair(100, 100));
  EXPECT_LT(test_images::MeanColour(contained->bytes, 0, 0, 1, 0.2).green, 8);
  const test_images::Colour left = test_images::MeanColour(covered->bytes, 0, 0, 0.4, 1);
  const test_images::Colour right = test_images::MeanColour(covered->bytes, 0.6, 0, 0.4, 1);
  EXPECT_GT(left.red, left.blue + 100);
  EXPECT_GT(right.blue, right.red + 100);
}

TEST_F(VipsTransformerTest, NeverEnlarges) {
  const auto answer = Run(test_images::MakeJpeg(100, 150), {.width = 600, .height = 900});

  EXPECT_EQ(std::pair(answer->width_px, answer->height_px), std::pair(100, 150));
}

TEST_F(VipsTransformerTest, DecodesConcurrentlyOnManyThreads) {
  const std::string poster = test_images::MakeJpeg(400, 600);
  std::vector<std::jthread> threads;

  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, &poster] {
      for (int round = 0; round < 10; ++round) {
        EXPECT_TRUE(Run(poster, {.width = 60, .height = 90}).ok());
        EXPECT_FALSE(Run(poster.substr(0, 500), {.width = 60}).ok());
      }
    });
  }
}

}  // namespace
}  // namespace marquee::imageproc
