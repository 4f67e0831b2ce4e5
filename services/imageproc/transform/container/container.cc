#include "services/imageproc/transform/container/container.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/imageproc/transform/image_type.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kSniffBytes = 512;
// A valid file has about ten parts; each costs memory and a lookup.
constexpr size_t kMaxParts = 1000;

absl::Status ReadKind(ByteCursor& file, ImageInfo& info) {
  switch (info.type) {
    case ImageType::kJpeg:
      return ReadJpeg(file, info);
    case ImageType::kPng:
      return ReadPng(file, info);
    case ImageType::kWebp:
      return ReadWebp(file, info);
    case ImageType::kGif:
      return ReadGif(file, info);
    case ImageType::kAvif:
    case ImageType::kHeic:
      return ReadHeif(file, info);
    case ImageType::kUnknown:
      break;
  }
  return Damaged("unknown format");
}

}  // namespace

absl::Status CutOff() { return Damaged("cut off"); }

absl::Status Damaged(std::string_view what) {
  return absl::FailedPreconditionError(fmt::format("cannot be decoded: {}", what));
}

absl::Status TooLong(std::string_view name, uint64_t offset, uint64_t length) {
  std::string plain;
  for (const char c : name) plain.push_back(c >= ' ' && c <= '~' ? c : '?');
  return Damaged(fmt::format("cut off: {} at byte {} claims {} bytes, the file ends before", plain,
                             offset, length));
}

absl::Status CheckParts(const Splice& splice) {
  return splice.pieces().size() <= kMaxParts ? absl::OkStatus() : Damaged("too many parts");
}

absl::StatusOr<ImageInfo> ReadContainer(const Blob& blob) {
  std::string head(kSniffBytes, '\0');
  MARQUEE_ASSIGN_OR_RETURN(const size_t head_size, blob.ReadAt(0, head));
  head.resize(head_size);
  ImageInfo info{.type = SniffImage(head)};
  if (info.type == ImageType::kUnknown) {
    return absl::FailedPreconditionError(
        fmt::format("unsupported image format: {}", DescribeForeign(head)));
  }
  ByteCursor file(blob);
  MARQUEE_RETURN_IF_ERROR(ReadKind(file, info));
  MARQUEE_RETURN_IF_ERROR(CheckParts(info.splice));
  if (info.width_px <= 0 || info.height_px <= 0) return Damaged("width or height is zero");
  // Orientations from 5 on are rotated by 90 or 270 degrees (TIFF 6.0, tag 274).
  if (info.orientation >= 5) std::swap(info.width_px, info.height_px);
  return info;
}

}  // namespace marquee::imageproc
