#include "services/imageproc/model/transform_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "libs/base/status.h"

namespace marquee::imageproc {
namespace {

constexpr int kMaxCssSide = 4000;  // largest width and height of the display protocol
constexpr double kMaxBlur = 100;
constexpr int kDescribedSide = 64;
constexpr int kEncoderVersion = 2;

char Letter(Fit fit) { return fit == Fit::kCover ? 'c' : fit == Fit::kContain ? 'l' : 'i'; }

std::string_view Name(Position position) {
  switch (position) {
    case Position::kTop:
      return "top";
    case Position::kAttention:
      return "attention";
    case Position::kEntropy:
      return "entropy";
    case Position::kCentre:
      break;
  }
  return "centre";
}

std::string_view Name(Format format) {
  switch (format) {
    case Format::kJpeg:
      return "jpeg";
    case Format::kWebp:
      return "webp";
    case Format::kAvif:
      return "avif";
    case Format::kPng:
      return "png";
    case Format::kDescription:
      return "description";
    case Format::kOriginal:
      break;
  }
  return "orig";
}

absl::StatusOr<uint32_t> ParseColour(const std::string& text) {
  uint32_t rgb = 0;
  if (text.empty()) return rgb;
  const char* end = text.data() + text.size();
  if (text.size() == 7 && text[0] == '#') {
    const auto [stopped, error] = std::from_chars(text.data() + 1, end, rgb, 16);
    if (error == std::errc() && stopped == end) return rgb;
  }
  return absl::InvalidArgumentError(
      fmt::format("background \"{}\" is not of the form #rrggbb", text));
}

absl::Status Check(const TransformRequest& request, double ratio) {
  for (const auto& [name, side] :
       {std::pair("width", request.width), std::pair("height", request.height)}) {
    if (side < 0 || side > kMaxCssSide) {
      return absl::InvalidArgumentError(
          fmt::format("{} {} is outside 0 to {} pixels", name, side, kMaxCssSide));
    }
  }
  if (!(ratio >= 0.5 && ratio <= 4)) {
    return absl::InvalidArgumentError(
        fmt::format("device pixel ratio {} is outside 0.5 to 4", ratio));
  }
  if (request.quality < 0 || request.quality > 100) {
    return absl::InvalidArgumentError(
        fmt::format("quality {} is outside 1 to 100", request.quality));
  }
  if (!(request.blur >= 0 && request.blur <= kMaxBlur)) {
    return absl::InvalidArgumentError(
        fmt::format("blur {} is outside 0 to {} pixels", request.blur, kMaxBlur));
  }
  return absl::OkStatus();
}

}  // namespace

TransformSpec TransformSpec::Describing() {
  TransformSpec spec;
  spec.width_px = spec.height_px = kDescribedSide;
  spec.format = Format::kDescription;
  return spec;
}

bool TransformSpec::wants_original() const {
  return width_px == 0 && height_px == 0 && format == Format::kOriginal && blur_tenths == 0 &&
         !greyscale && !sharpen && !progressive;
}

absl::StatusOr<TransformSpec> Normalize(const TransformRequest& request) {
  const double ratio = request.device_pixel_ratio == 0 ? 1 : request.device_pixel_ratio;
  MARQUEE_RETURN_IF_ERROR(Check(request, ratio));
  TransformSpec spec;
  spec.width_px = static_cast<int>(std::lround(request.width * ratio));
  spec.height_px = static_cast<int>(std::lround(request.height * ratio));
  if (std::max(spec.width_px, spec.height_px) > TransformSpec::kMaxSide) {
    return absl::InvalidArgumentError(
        fmt::format("{}×{} device pixels exceed the limit of {} per side", spec.width_px,
                    spec.height_px, TransformSpec::kMaxSide));
  }
  MARQUEE_ASSIGN_OR_RETURN(spec.background, ParseColour(request.background));
  spec.format = request.format;
  spec.blur_tenths = static_cast<int>(std::lround(request.blur * 10));
  spec.greyscale = request.greyscale;
  spec.sharpen = request.sharpen;
  // Only JPEG supports progressive output.
  spec.progressive =
      request.progressive && (spec.format == Format::kJpeg || spec.format == Format::kOriginal);
  if (spec.wants_original()) return TransformSpec{};
  // With one side unrestricted there is nothing to crop or fill: every fit gives the same image.
  spec.fit = spec.width_px == 0 || spec.height_px == 0 ? Fit::kInside : request.fit;
  if (spec.fit == Fit::kCover) spec.position = request.position;
  spec.enlarge = request.enlarge && std::max(spec.width_px, spec.height_px) > 0;
  // PNG is lossless.
  if (spec.format != Format::kPng && request.quality != 0) spec.quality = request.quality;
  return spec;
}

std::string TransformSpec::Text() const {
  std::string text = fmt::format("t{}:{}x{}{}q{}.{}", kEncoderVersion, width_px, height_px,
                                 Letter(fit), quality, Name(format));
  const auto add = [&text](bool is, std::string_view what) {
    if (is) text += fmt::format(",{}", what);
  };
  add(position != Position::kCentre, Name(position));
  add(enlarge, "enlarge");
  add(background != 0, fmt::format("on{:06x}", background));
  add(blur_tenths != 0, fmt::format("blur{}", blur_tenths));
  add(greyscale, "grey");
  add(sharpen, "sharp");
  add(progressive, "progressive");
  return text;
}

}  // namespace marquee::imageproc
