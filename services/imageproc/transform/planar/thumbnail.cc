#include "services/imageproc/transform/planar/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace marquee::imageproc {
namespace {

constexpr int kSide = 64;
// Samples of a plane per output pixel and direction: enough for a placeholder.
constexpr int kLooks = 4;

// Sample positions for each output pixel along one side.
struct Looks {
  int begin = 0;
  int end = 0;
  int step = 1;
};

std::vector<Looks> LooksAlong(int side, int count) {
  std::vector<Looks> looks;
  looks.reserve(static_cast<size_t>(count));
  for (int at = 0; at < count; ++at) {
    const int begin = side * at / count;
    const int end = std::max(side * (at + 1) / count, begin + 1);
    looks.push_back({begin, end, std::max(1, (end - begin) / kLooks)});
  }
  return looks;
}

// One plane, reduced.
class Reduced {
 public:
  Reduced(const Plane& plane, Size to)
      : plane_(plane),
        columns_(LooksAlong(plane.size().width, to.width)),
        rows_(LooksAlong(plane.size().height, to.height)) {}

  // Mean of the samples below one output pixel.
  double Mean(int x, int y) const {
    const Looks& column = columns_[static_cast<size_t>(x)];
    const Looks& row = rows_[static_cast<size_t>(y)];
    int sum = 0;
    int count = 0;
    for (int at = row.begin; at < row.end; at += row.step) {
      const uint8_t* samples = plane_.Row(at);
      for (int i = column.begin; i < column.end; i += column.step) sum += samples[i];
      count += (column.end - column.begin + column.step - 1) / column.step;
    }
    return static_cast<double>(sum) / count;
  }

 private:
  const Plane& plane_;
  std::vector<Looks> columns_;
  std::vector<Looks> rows_;
};

uint8_t ToByte(double value) {
  return static_cast<uint8_t>(std::lrint(std::clamp(value, 0.0, 255.0)));
}

}  // namespace

Pixels ThumbnailOf(const Planes& whole, Range range) {
  const int longer = std::max(whole.size.width, whole.size.height);
  const auto scaled = [longer](int side) {
    return std::clamp(static_cast<int>(std::lround(static_cast<double>(side) * kSide / longer)), 1,
                      std::min(side, kSide));
  };
  Pixels pixels{.size = {scaled(whole.size.width), scaled(whole.size.height)}, .rgba = {}};
  pixels.rgba.reserve(static_cast<size_t>(pixels.size.width) *
                      static_cast<size_t>(pixels.size.height) * 4);
  std::vector<Reduced> planes;
  for (const Plane& plane : whole.planes) planes.emplace_back(plane, pixels.size);
  const bool limited = range == Range::kLimited;
  for (int y = 0; y < pixels.size.height; ++y) {
    for (int x = 0; x < pixels.size.width; ++x) {
      double luma = planes[0].Mean(x, y);
      if (limited) luma = (luma - 16) * 255 / 219;
      double cb = 0;
      double cr = 0;
      if (planes.size() == 3) {
        const double scale = limited ? 255.0 / 224 : 1;
        cb = (planes[1].Mean(x, y) - 128) * scale;
        cr = (planes[2].Mean(x, y) - 128) * scale;
      }
      // YCbCr to RGB (JFIF 1.02, page 3).
      for (const double channel :
           {luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb, 255.0}) {
        pixels.rgba.push_back(ToByte(channel));
      }
    }
  }
  return pixels;
}

}  // namespace marquee::imageproc
