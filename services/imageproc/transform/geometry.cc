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

Point Middle(Size inner, Size outer) {
  return {(outer.width - inner.width) / 2, (outer.height - inner.height) / 2};
}

}  // namespace

Geometry Plan(Size image, const TransformSpec& spec) {
  Size box{spec.width_px, spec.height_px};
  if (box == Size{}) box = {TransformSpec::kMaxUnaskedSide, TransformSpec::kMaxUnaskedSide};
  const double most = spec.enlarge ? kMaxEnlargement : 1;
  const double to_width = box.width == 0 ? most : static_cast<double>(box.width) / image.width;
  const double to_height = box.height == 0 ? most : static_cast<double>(box.height) / image.height;

  if (spec.fit == Fit::kCover) {
    const double needed = std::max(to_width, to_height);
    if (needed > most) box = Scaled(box, most / needed);
    Size scaled = Scaled(image, std::min(needed, most));
    // Rounding must not leave the image one pixel smaller than the box it has to fill.
    scaled = {std::max(scaled.width, box.width), std::max(scaled.height, box.height)};
    Point offset = Middle(scaled, box);
    if (spec.position == Position::kTop) offset.y = 0;
    return {.scaled = scaled, .answer = box, .offset = offset};
  }
  const Size scaled = Scaled(image, std::min({to_width, to_height, most}));
  if (spec.fit == Fit::kInside) return {.scaled = scaled, .answer = scaled, .offset = {}};
  const Point middle = Middle(scaled, box);
  return {.scaled = scaled, .answer = box, .offset = {middle.x / 2 * 2, middle.y / 2 * 2}};
}

}  // namespace marquee::imageproc
