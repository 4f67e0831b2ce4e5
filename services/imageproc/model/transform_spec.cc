#include "services/imageproc/model/transform_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace marquee::imageproc {
namespace {

constexpr int kMaxCssSide = 4000;  // the contract's limit of width and height
constexpr int kEncoderVersion = 1;

char Letter(Fit fit) { return fit == Fit::kCover ? 'c' : fit == Fit::kContain ? 'l' : 'i'; }

std::string_view Name(Format format) {
  switch (format) {
    case Format::kJpeg:
      return "jpeg";
    case Format::kWebp:
      return "webp";
    case Format::kPng:
      return "png";
    case Format::kOriginal:
      break;
  }
  return "orig";
}

}  // namespace

absl::StatusOr<TransformSpec> Normalize(const TransformRequest& request) {
  for (const auto& [name, side] :
       {std::pair("width", request.width), std::pair("height", request.height)}) {
    if (side < 0 || side > kMaxCssSide) {
      return absl::InvalidArgumentError(
          fmt::format("{} {} is outside 0 to {} pixels", name, side, kMaxCssSide));
    }
  }
  const double ratio = request.device_pixel_ratio == 0 ? 1 : request.device_pixel_ratio;
  if (!(ratio >= 0.5 && ratio <= 4)) {
    return absl::InvalidArgumentError(
        fmt::format("device pixel ratio {} is outside 0.5 to 4", ratio));
  }
  if (request.quality < 0 || request.quality > 100) {
    return absl::InvalidArgumentError(
        fmt::format("quality {} is outside 1 to 100", request.quality));
  }

  TransformSpec spec;
  spec.width_px = static_cast<int>(std::lround(request.width * ratio));
  spec.height_px = static_cast<int>(std::lround(request.height * ratio));
  if (std::max(spec.width_px, spec.height_px) > TransformSpec::kMaxSide) {
    return absl::InvalidArgumentError(fmt::format("{}×{} device pixels are more than {} a side",
                                                  spec.width_px, spec.height_px,
                                                  TransformSpec::kMaxSide));
  }
  spec.format = request.format;
  // With one side free there is nothing to crop and nothing to fill: all fits are one.
  spec.fit = spec.width_px == 0 || spec.height_px == 0 ? Fit::kInside : request.fit;
  // PNG is lossless, and bytes that pass untouched have no quality to choose.
  const bool lossy = spec.format != Format::kPng && !spec.wants_original();
  spec.quality = lossy && request.quality != 0 ? request.quality : TransformSpec::kDefaultQuality;
  return spec;
}

std::string TransformSpec::Text() const {
  return fmt::format("t{}:{}x{}{}q{}.{}", kEncoderVersion, width_px, height_px, Letter(fit),
                     quality, Name(format));
}

}  // namespace marquee::imageproc
