#include "services/imageproc/transform/decode_cost.h"

#include <algorithm>

#include "services/imageproc/transform/geometry.h"

namespace marquee::imageproc {
namespace {

// For any transform: codec state, tables and the reader's buffer.
constexpr uint64_t kBaseBytes = uint64_t{3} << 20;
// Lines between decoder and encoder; libvips buffers up to this many.
constexpr uint64_t kLinesHeld = 256;

// Upper bound: a header that claims more is rejected or false, and must not block the admission of
// other images.
constexpr absl::Duration kMostTime = absl::Seconds(3);

// Nanoseconds per pixel of the original.
double DecodeTime(const ImageInfo& info) {
  switch (info.type) {
    case ImageType::kJpeg:
      return info.decode_bytes == 0 ? 4 : 12;  // baseline; progressive, which needs several passes
    case ImageType::kPng:
      return 25;
    case ImageType::kAvif:
    case ImageType::kHeic:
      return 30;
    default:
      return 20;
  }
}

struct EncodeCost {
  double time = 0;  // nanoseconds per pixel of the result
  double bytes =
      0;  // per pixel of the result: planes, coefficients, the codec's frames, the encoded image
};

EncodeCost EncodeCostOf(Format format) {
  switch (format) {
    case Format::kWebp:
      return {.time = 70, .bytes = 12};
    case Format::kAvif:
      return {.time = 180, .bytes = 40};
    case Format::kPng:
      return {.time = 100, .bytes = 8};
    default:
      return {.time = 10, .bytes = 8};
  }
}

}  // namespace

DecodeCost PredictCost(const ImageInfo& info, const TransformSpec& spec) {
  const Geometry geometry = Plan({info.width_px, info.height_px}, spec);
  const double answer =
      static_cast<double>(geometry.answer.width) * static_cast<double>(geometry.answer.height);
  // A crop by content holds the whole scaled image.
  const bool looks = spec.position == Position::kAttention || spec.position == Position::kEntropy;
  // So does an image decoded in another process, which returns it as a whole.
  const bool isolated = info.type == ImageType::kGif || info.type == ImageType::kAvif ||
                        info.type == ImageType::kHeic;
  const double scaled = looks || isolated ? static_cast<double>(geometry.scaled.width) *
                                                static_cast<double>(geometry.scaled.height)
                                          : 0;
  const EncodeCost encode = EncodeCostOf(spec.format);
  // Lines are held in the size to which they are decoded: for JPEG at most twice the width of the
  // result.
  const int decoded_width = info.type == ImageType::kJpeg
                                ? std::min(info.width_px, 2 * geometry.scaled.width)
                                : info.width_px;
  DecodeCost cost;
  // A decoder uses a quarter more memory than its samples: at 40 megapixels, whose samples take 114
  // MB, about 140 MB for a progressive JPEG and 149 MB for an interlaced PNG.
  cost.bytes = kBaseBytes + info.decode_bytes / 4 * 5 +
               static_cast<uint64_t>(decoded_width) * 4 * kLinesHeld +
               static_cast<uint64_t>(answer * encode.bytes + scaled * 4);
  cost.cpu =
      std::min(kMostTime, absl::Nanoseconds(DecodeTime(info) * static_cast<double>(info.pixels()) +
                                            encode.time * answer));
  return cost;
}

}  // namespace marquee::imageproc
