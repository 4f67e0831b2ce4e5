#include "services/imageproc/transform/decode_cost.h"

#include <algorithm>

#include "services/imageproc/transform/geometry.h"

namespace marquee::imageproc {
namespace {

// Of any transform: codec state, tables, the reader's piece of the file.
constexpr uint64_t kBaseBytes = uint64_t{3} << 20;
// Strips of lines between decoder and encoder; libvips keeps up to this many.
constexpr uint64_t kLinesHeld = 256;

// What a header promises beyond it is refused or a lie, and must not keep others from coming in.
constexpr absl::Duration kMostTime = absl::Seconds(3);

// Nanoseconds a pixel of the original.
double DecodeTime(const PictureInfo& info) {
  switch (info.type) {
    case PictureType::kJpeg:
      return info.decode_bytes == 0 ? 4 : 12;  // baseline; progressive, which goes by several times
    case PictureType::kPng:
      return 25;
    case PictureType::kAvif:
    case PictureType::kHeic:
      return 30;
    default:
      return 20;
  }
}

struct EncodeCost {
  double time = 0;   // nanoseconds a pixel of the answer
  double bytes = 0;  // a pixel of the answer: planes, coefficients, the codec's frames, the result
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

DecodeCost PredictCost(const PictureInfo& info, const TransformSpec& spec) {
  const Geometry geometry = Plan({info.width_px, info.height_px}, spec);
  const double answer =
      static_cast<double>(geometry.answer.width) * static_cast<double>(geometry.answer.height);
  // A crop that looks for what draws the eye holds the whole scaled picture.
  const bool looks = spec.position == Position::kAttention || spec.position == Position::kEntropy;
  // So does what another process decodes, which hands over all of it at once.
  const bool isolated = info.type == PictureType::kGif || info.type == PictureType::kAvif ||
                        info.type == PictureType::kHeic;
  const double scaled = looks || isolated ? static_cast<double>(geometry.scaled.width) *
                                                static_cast<double>(geometry.scaled.height)
                                          : 0;
  const EncodeCost encode = EncodeCostOf(spec.format);
  // Lines are held in the size they are decoded to: for JPEG at most twice the answer's.
  const int decoded_width = info.type == PictureType::kJpeg
                                ? std::min(info.width_px, 2 * geometry.scaled.width)
                                : info.width_px;
  DecodeCost cost;
  // A decoder holds a quarter more than its samples: at 40 megapixels, whose samples are 114 MB,
  // about 140 MB for a progressive JPEG and 149 MB for an interlaced PNG.
  cost.bytes = kBaseBytes + info.decode_bytes / 4 * 5 +
               static_cast<uint64_t>(decoded_width) * 4 * kLinesHeld +
               static_cast<uint64_t>(answer * encode.bytes + scaled * 4);
  cost.cpu =
      std::min(kMostTime, absl::Nanoseconds(DecodeTime(info) * static_cast<double>(info.pixels()) +
                                            encode.time * answer));
  return cost;
}

}  // namespace marquee::imageproc
