#include "services/imageproc/transform/geometry.h"

#include <algorithm>
#include <cmath>

namespace marquee::imageproc {
namespace {

int Scaled(int side, double factor) {
  return std::max(1, static_cast<int>(std::lround(side * factor)));
}

Size Scaled(Size size, double factor) {
  return {Scaled(size.width, factor), Scaled(size.height, factor)};
}

}  // namespace

Geometry Plan(Size picture, const TransformSpec& spec) {
  Size box{spec.width_px, spec.height_px};
  if (box == Size{}) box = {TransformSpec::kMaxUnaskedSide, TransformSpec::kMaxUnaskedSide};
  const double to_width = box.width == 0 ? 1 : static_cast<double>(box.width) / picture.width;
  const double to_height = box.height == 0 ? 1 : static_cast<double>(box.height) / picture.height;

  if (spec.fit == Fit::kCover) {
    const double needed = std::max(to_width, to_height);
    if (needed > 1) box = Scaled(box, 1 / needed);
    Size scaled = Scaled(picture, std::min(needed, 1.0));
    // Rounding must not leave the picture a pixel short of the box it has to fill.
    scaled = {std::max(scaled.width, box.width), std::max(scaled.height, box.height)};
    return {.scaled = scaled, .answer = box};
  }
  const Size scaled = Scaled(picture, std::min({to_width, to_height, 1.0}));
  return {.scaled = scaled, .answer = spec.fit == Fit::kContain ? box : scaled};
}

}  // namespace marquee::imageproc
