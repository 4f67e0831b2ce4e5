#include "services/imageproc/service/image_request.h"

#include <fmt/format.h>

#include "libs/base/status.h"

namespace marquee::imageproc {
namespace {

absl::StatusOr<Fit> ParseFit(v1::Fit fit) {
  switch (fit) {
    case v1::FIT_UNSPECIFIED:
    case v1::FIT_COVER:
      return Fit::kCover;
    case v1::FIT_CONTAIN:
      return Fit::kContain;
    case v1::FIT_INSIDE:
      return Fit::kInside;
    default:
      return absl::InvalidArgumentError("transform.fit is unknown");
  }
}

absl::StatusOr<Format> ParseFormat(v1::Format format) {
  switch (format) {
    case v1::FORMAT_UNSPECIFIED:
      return Format::kOriginal;
    case v1::FORMAT_JPEG:
      return Format::kJpeg;
    case v1::FORMAT_WEBP:
      return Format::kWebp;
    case v1::FORMAT_PNG:
      return Format::kPng;
    case v1::FORMAT_AVIF:
      return absl::UnimplementedError("transform.format AVIF is not made yet");
    default:
      return absl::InvalidArgumentError("transform.format is unknown");
  }
}

absl::Status CheckKnownSteps(const v1::Transform& transform) {
  const char* step = nullptr;
  if (transform.position() > v1::POSITION_CENTRE) step = "position";
  if (transform.enlarge()) step = "enlarge";
  if (!transform.background().empty() && transform.background() != "#000000") step = "background";
  if (transform.blur() != 0) step = "blur";
  if (transform.greyscale()) step = "greyscale";
  if (transform.sharpen()) step = "sharpen";
  if (transform.progressive()) step = "progressive";
  if (step == nullptr) return absl::OkStatus();
  return absl::UnimplementedError(fmt::format("transform.{} is not done yet", step));
}

OriginalKey ParseLocation(const v1::ImageLocation& location) {
  if (location.has_url()) return OriginalKey::AtUrl(location.url(), location.validator());
  return OriginalKey::AtSource(location.source_path().source(), location.source_path().path(),
                               location.validator());
}

}  // namespace

absl::StatusOr<ImageKey> ParseImageRequest(const v1::GetImageRequest& request) {
  ImageKey key;
  key.original = ParseLocation(request.location());
  MARQUEE_RETURN_IF_ERROR(key.original.Check());
  const v1::Transform& transform = request.transform();
  MARQUEE_RETURN_IF_ERROR(CheckKnownSteps(transform));
  TransformRequest asked{.width = transform.width(),
                         .height = transform.height(),
                         .device_pixel_ratio = transform.device_pixel_ratio(),
                         .quality = transform.quality()};
  MARQUEE_ASSIGN_OR_RETURN(asked.fit, ParseFit(transform.fit()));
  MARQUEE_ASSIGN_OR_RETURN(asked.format, ParseFormat(transform.format()));
  MARQUEE_ASSIGN_OR_RETURN(key.spec, Normalize(asked));
  return key;
}

}  // namespace marquee::imageproc
