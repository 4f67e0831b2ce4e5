#include "services/imageproc/transform/image_transformer.h"

#include <fmt/format.h>

#include <algorithm>

namespace marquee::imageproc {

absl::Status CheckLimits(const ImageInfo& info, const TransformLimits& limits) {
  if (std::max(info.width_px, info.height_px) > limits.max_side) {
    return absl::FailedPreconditionError(fmt::format("too large: {}×{} pixels, at most {} per side",
                                                     info.width_px, info.height_px,
                                                     limits.max_side));
  }
  if (info.pixels() > limits.max_pixels) {
    return absl::FailedPreconditionError(
        fmt::format("too large: {}×{} is {} megapixels, at most {} allowed", info.width_px,
                    info.height_px, info.pixels() / 1'000'000, limits.max_pixels / 1'000'000));
  }
  if (info.decode_bytes > limits.max_decode_bytes) {
    return absl::FailedPreconditionError(fmt::format(
        "too large: decoding {}×{} pixels of this kind needs about {} MB, at most {} allowed",
        info.width_px, info.height_px, info.decode_bytes >> 20, limits.max_decode_bytes >> 20));
  }
  return absl::OkStatus();
}

bool MayPassUntouched(const ImageInfo& info) {
  const bool safe =
      info.type != ImageType::kUnknown && info.type != ImageType::kHeic && !info.animated;
  return safe && std::max(info.width_px, info.height_px) <= TransformSpec::kMaxUnaskedSide;
}

}  // namespace marquee::imageproc
