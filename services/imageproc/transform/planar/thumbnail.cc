#include "services/imageproc/transform/planar/thumbnail.h"

#include <algorithm>
#include <cmath>

namespace marquee::imageproc {
namespace {

constexpr int kSide = 64;
// Samples of a plane that are looked at for a pixel, each way: enough for a placeholder.
constexpr int kLooks = 4;

// The mean of what lies under one pixel of `to`.
double Mean(const Plane& plane, Size to, int x, int y) {
  const auto part = [](int side, int count, int at) {
    const int begin = side * at / count;
    return std::pair(begin, std::max(side * (at + 1) / count, begin + 1));
  };
  const auto [left, right] = part(plane.size().width, to.width, x);
  const auto [top, bottom] = part(plane.size().height, to.height, y);
  const int step_x = std::max(1, (right - left) / kLooks);
  const int step_y = std::max(1, (bottom - top) / kLooks);
  int sum = 0;
  int count = 0;
  for (int row = top; row < bottom; row += step_y) {
    for (int column = left; column < right; column += step_x) {
      sum += plane.Row(row)[column];
      ++count;
    }
  }
  return static_cast<double>(sum) / count;
}

uint8_t ToByte(double value) {
  return static_cast<uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

}  // namespace

Pixels ThumbnailOf(const Planes& planes, Range range) {
  const int longer = std::max(planes.size.width, planes.size.height);
  const auto scaled = [longer](int side) {
    return std::clamp(static_cast<int>(std::lround(static_cast<double>(side) * kSide / longer)), 1,
                      std::min(side, kSide));
  };
  Pixels pixels{.size = {scaled(planes.size.width), scaled(planes.size.height)}, .rgba = {}};
  pixels.rgba.reserve(static_cast<size_t>(pixels.size.width) *
                      static_cast<size_t>(pixels.size.height) * 4);
  const bool limited = range == Range::kLimited;
  for (int y = 0; y < pixels.size.height; ++y) {
    for (int x = 0; x < pixels.size.width; ++x) {
      double luma = Mean(planes.planes[0], pixels.size, x, y);
      if (limited) luma = (luma - 16) * 255 / 219;
      double cb = 0;
      double cr = 0;
      if (planes.planes.size() == 3) {
        const double scale = limited ? 255.0 / 224 : 1;
        cb = (Mean(planes.planes[1], pixels.size, x, y) - 128) * scale;
        cr = (Mean(planes.planes[2], pixels.size, x, y) - 128) * scale;
      }
      // JFIF 1.02, page 3.
      for (const double channel :
           {luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb, 255.0}) {
        pixels.rgba.push_back(ToByte(channel));
      }
    }
  }
  return pixels;
}

}  // namespace marquee::imageproc
