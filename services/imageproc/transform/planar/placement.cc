#include "services/imageproc/transform/planar/placement.h"

#include <algorithm>
#include <utility>

namespace marquee::imageproc {
namespace {

// The begin and end of the image's part along one side, in stored pixels.
template <class Side>
std::pair<double, double> StoredPart(const Side& side) {
  const double length = side.count * side.step;
  const double begin = side.mirrored ? side.length - side.begin - length : side.begin;
  return {begin, begin + length};
}

// How many pixels of the image beyond its own part the result depends on: three lobes of a halved
// plane, and one pixel for rounding.
double ReachOf(double step) { return 6 * std::max(step, 1.0) + 2; }

}  // namespace

Placement::Placement(Size stored, const Orientation& orientation, const Geometry& geometry) {
  const auto along = [](int image, int scaled, int offset, int answer) {
    Side side;
    side.length = image;
    side.step = static_cast<double>(image) / scaled;
    side.begin = std::max(-offset, 0) * side.step;
    side.count = std::min(scaled, answer);
    side.offset = std::max(offset, 0);
    return side;
  };
  const Size upright = orientation.turned ? Size{stored.height, stored.width} : stored;
  x_ = along(upright.width, geometry.scaled.width, geometry.offset.x, geometry.answer.width);
  y_ = along(upright.height, geometry.scaled.height, geometry.offset.y, geometry.answer.height);
  if (orientation.turned) std::swap(x_, y_);
  x_.mirrored = orientation.mirror_x;
  y_.mirrored = orientation.mirror_y;
}

JpegReader::Window Placement::window() const {
  const auto [left, right] = StoredPart(x_);
  const auto [top, bottom] = StoredPart(y_);
  const double beyond_x = ReachOf(x_.step);
  const double beyond_y = ReachOf(y_.step);
  return {.left = std::max(left - beyond_x, 0.0),
          .top = std::max(top - beyond_y, 0.0),
          .right = std::min(right + beyond_x, x_.length),
          .bottom = std::min(bottom + beyond_y, y_.length)};
}

double Placement::shrink() const { return std::min(x_.step, y_.step); }

AxisSpan Placement::SpanOf(const Side& side, int samples, double per_pixel, bool halved) {
  // The last sample of a half-size plane may extend beyond the edge; mirrored, it becomes the
  // first.
  const int count = halved ? (side.count + 1) / 2 : side.count;
  const double step = halved ? 2 * side.step : side.step;
  const double begin = side.mirrored ? side.length - side.begin - count * step : side.begin;
  return {.source = samples, .begin = begin * per_pixel, .step = step * per_pixel, .count = count};
}

Placement::Way Placement::Of(const JpegReader::Layout& layout, bool halved) const {
  const int unit = halved ? 2 : 1;
  return {.columns = MakeLanczosAxis(SpanOf(x_, layout.size.width, layout.per_pixel_x, halved)),
          .rows = MakeLanczosAxis(SpanOf(y_, layout.size.height, layout.per_pixel_y, halved)),
          .left = x_.offset / unit,
          .top = y_.offset / unit};
}

}  // namespace marquee::imageproc
