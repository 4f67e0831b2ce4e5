#include "services/imageproc/transform/decode_cost.h"

#include <gtest/gtest.h>

namespace marquee::imageproc {
namespace {

constexpr uint64_t kMegabyte = uint64_t{1} << 20;

ImageInfo Image(ImageType type, int width, int height, uint64_t decode_bytes = 0) {
  return {.type = type, .width_px = width, .height_px = height, .decode_bytes = decode_bytes};
}

const TransformSpec kPoster = *Normalize({.width = 600, .height = 900});

TEST(DecodeCostTest, ABaselineJpegCostsOnlyStripsWhateverItsSize) {
  const DecodeCost poster = PredictCost(Image(ImageType::kJpeg, 1000, 1500), kPoster);
  const DecodeCost huge = PredictCost(Image(ImageType::kJpeg, 7300, 5480), kPoster);

  EXPECT_LT(poster.bytes, 12 * kMegabyte);
  EXPECT_LT(huge.bytes, 20 * kMegabyte);
  EXPECT_GT(huge.cpu, 8 * poster.cpu);
}

TEST(DecodeCostTest, CountsTheMemoryOfTheDecoder) {
  const uint64_t coefficients = uint64_t{40'000'000} * 3;
  const ImageInfo progressive = Image(ImageType::kJpeg, 7300, 5480, coefficients);

  EXPECT_GT(PredictCost(progressive, kPoster).bytes, coefficients);
  EXPECT_GT(PredictCost(progressive, kPoster).cpu,
            PredictCost(Image(ImageType::kJpeg, 7300, 5480), kPoster).cpu);
}

TEST(DecodeCostTest, CountsTheOutputFormat) {
  const ImageInfo poster = Image(ImageType::kJpeg, 1000, 1500);
  TransformSpec avif = kPoster;
  avif.format = Format::kAvif;

  EXPECT_GT(PredictCost(poster, avif).cpu, 3 * PredictCost(poster, kPoster).cpu);
  EXPECT_GT(PredictCost(poster, avif).bytes, PredictCost(poster, kPoster).bytes);
}

TEST(DecodeCostTest, BoundsTheCostOfFalseHeaders) {
  const DecodeCost bomb = PredictCost(Image(ImageType::kPng, 65'535, 65'535), kPoster);

  EXPECT_EQ(bomb.cpu, absl::Seconds(3));
}

}  // namespace
}  // namespace marquee::imageproc
