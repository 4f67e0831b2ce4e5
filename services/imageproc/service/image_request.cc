#include "services/imageproc/service/image_request.h"

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
      return Format::kAvif;
    default:
      return absl::InvalidArgumentError("transform.format is unknown");
  }
}

absl::StatusOr<Position> ParsePosition(v1::Position position) {
  switch (position) {
    case v1::POSITION_UNSPECIFIED:
    case v1::POSITION_CENTRE:
      return Position::kCentre;
    case v1::POSITION_TOP:
      return Position::kTop;
    case v1::POSITION_ATTENTION:
      return Position::kAttention;
    case v1::POSITION_ENTROPY:
      return Position::kEntropy;
    default:
      return absl::InvalidArgumentError("transform.position is unknown");
  }
}

OriginalKey ParseLocation(const v1::ImageLocation& location) {
  if (location.has_url()) return OriginalKey::AtUrl(location.url(), location.artwork_version());
  return OriginalKey::AtSource(location.source_path().source(), location.source_path().path(),
                               location.artwork_version());
}

}  // namespace

absl::StatusOr<ImageKey> ParseImageRequest(const v1::GetImageRequest& request) {
  ImageKey key;
  key.original = ParseLocation(request.location());
  MARQUEE_RETURN_IF_ERROR(key.original.Check());
  const v1::Transform& transform = request.transform();
  TransformRequest asked{.width = transform.width(),
                         .height = transform.height(),
                         .device_pixel_ratio = transform.device_pixel_ratio(),
                         .quality = transform.quality(),
                         .enlarge = transform.enlarge(),
                         .background = transform.background(),
                         .blur = transform.blur(),
                         .greyscale = transform.greyscale(),
                         .sharpen = transform.sharpen(),
                         .progressive = transform.progressive()};
  MARQUEE_ASSIGN_OR_RETURN(asked.fit, ParseFit(transform.fit()));
  MARQUEE_ASSIGN_OR_RETURN(asked.position, ParsePosition(transform.position()));
  MARQUEE_ASSIGN_OR_RETURN(asked.format, ParseFormat(transform.format()));
  MARQUEE_ASSIGN_OR_RETURN(key.spec, Normalize(asked));
  return key;
}

absl::StatusOr<ImageKey> ParseDescribeRequest(const v1::DescribeImageRequest& request) {
  ImageKey key{.original = ParseLocation(request.location()), .spec = TransformSpec::Describing()};
  MARQUEE_RETURN_IF_ERROR(key.original.Check());
  return key;
}

absl::StatusOr<PurgeScope> ParsePurgeRequest(const v1::PurgeImagesRequest& request) {
  switch (request.what_case()) {
    case v1::PurgeImagesRequest::kLocation: {
      const OriginalKey key = ParseLocation(request.location());
      MARQUEE_RETURN_IF_ERROR(key.Check());
      return PurgeScope::OfOriginal(key);
    }
    case v1::PurgeImagesRequest::kSource:
      if (!request.source().empty()) return PurgeScope::OfSource(request.source());
      break;
    case v1::PurgeImagesRequest::kAll:
      if (request.all()) return PurgeScope::All();
      break;
    case v1::PurgeImagesRequest::WHAT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("set one of location, source or all");
}

}  // namespace marquee::imageproc
