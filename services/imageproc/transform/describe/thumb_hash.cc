#include <algorithm>
#include <cmath>
#include <numbers>

#include "services/imageproc/transform/describe/describe.h"

namespace marquee::imageproc {
namespace {

// The DCT of one channel: its mean and the low-frequency coefficients, scaled to 0…1.
struct Waves {
  double mean = 0;
  double scale = 0;
  std::vector<double> heights;
};

std::vector<double> Cosines(int length, int wave) {
  std::vector<double> line(static_cast<size_t>(length));
  for (int i = 0; i < length; ++i) {
    line[static_cast<size_t>(i)] = std::cos(std::numbers::pi / length * wave * (i + 0.5));
  }
  return line;
}

Waves Transform(const std::vector<double>& channel, Size size, int columns, int rows) {
  Waves waves;
  for (int cy = 0; cy < rows; ++cy) {
    const std::vector<double> down = Cosines(size.height, cy);
    // Only the coefficients of a triangle: high frequencies in both directions contribute little.
    for (int cx = 0; cx * rows < columns * (rows - cy); ++cx) {
      const std::vector<double> across = Cosines(size.width, cx);
      double sum = 0;
      size_t at = 0;
      for (int y = 0; y < size.height; ++y) {
        double line = 0;
        for (int x = 0; x < size.width; ++x) line += channel[at++] * across[static_cast<size_t>(x)];
        sum += line * down[static_cast<size_t>(y)];
      }
      const double height = sum / (static_cast<double>(size.width) * size.height);
      if (cx == 0 && cy == 0) {
        waves.mean = height;
      } else {
        waves.heights.push_back(height);
        waves.scale = std::max(waves.scale, std::abs(height));
      }
    }
  }
  if (waves.scale > 0) {
    for (double& height : waves.heights) height = 0.5 + 0.5 / waves.scale * height;
  }
  return waves;
}

// Quantises 0…1 to 0…most.
uint32_t Level(double value, double most) {
  return static_cast<uint32_t>(std::lround(std::clamp(value, 0.0, 1.0) * most));
}

}  // namespace

std::string ThumbHashOf(const Pixels& pixels) {
  const Size size = pixels.size;
  const size_t count = pixels.rgba.size() / 4;
  double mean[3] = {0, 0, 0};
  double opaque = 0;
  for (size_t i = 0; i < count; ++i) {
    const double alpha = pixels.rgba[4 * i + 3] / 255.0;
    for (size_t c = 0; c < 3; ++c) mean[c] += alpha / 255 * pixels.rgba[4 * i + c];
    opaque += alpha;
  }
  for (double& channel : mean) channel = opaque > 0 ? channel / opaque : 0;
  const bool has_alpha = opaque < static_cast<double>(count);

  // Luminance, yellow-blue, red-green.
  std::vector<double> l(count), p(count), q(count), a(count);
  for (size_t i = 0; i < count; ++i) {
    const double alpha = pixels.rgba[4 * i + 3] / 255.0;
    double rgb[3];
    for (size_t c = 0; c < 3; ++c) {
      rgb[c] = mean[c] * (1 - alpha) + alpha / 255 * pixels.rgba[4 * i + c];
    }
    l[i] = (rgb[0] + rgb[1] + rgb[2]) / 3;
    p[i] = (rgb[0] + rgb[1]) / 2 - rgb[2];
    q[i] = rgb[0] - rgb[1];
    a[i] = alpha;
  }

  const int most = has_alpha ? 5 : 7;  // fewer luminance coefficients if there is alpha
  const int longer = std::max(size.width, size.height);
  const auto waves_along = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(most) * side / longer)));
  };
  const int columns = waves_along(size.width);
  const int rows = waves_along(size.height);
  const Waves lw = Transform(l, size, std::max(3, columns), std::max(3, rows));
  const Waves pw = Transform(p, size, 3, 3);
  const Waves qw = Transform(q, size, 3, 3);
  const Waves aw = has_alpha ? Transform(a, size, 5, 5) : Waves{};

  const bool landscape = size.width > size.height;
  const uint32_t head = Level(lw.mean, 63) | Level(0.5 + 0.5 * pw.mean, 63) << 6 |
                        Level(0.5 + 0.5 * qw.mean, 63) << 12 | Level(lw.scale, 31) << 18 |
                        (has_alpha ? 1U << 23 : 0);
  const uint32_t shape = static_cast<uint32_t>(landscape ? rows : columns) |
                         Level(pw.scale, 63) << 3 | Level(qw.scale, 63) << 9 |
                         (landscape ? 1U << 15 : 0);
  std::string hash;
  for (const uint32_t byte : {head, head >> 8, head >> 16, shape, shape >> 8}) {
    hash.push_back(static_cast<char>(byte & 0xff));
  }
  if (has_alpha) hash.push_back(static_cast<char>(Level(aw.mean, 15) | Level(aw.scale, 15) << 4));
  bool half = false;  // four bits per coefficient
  for (const Waves* waves : {&lw, &pw, &qw, &aw}) {
    for (const double height : waves->heights) {
      const uint32_t level = Level(height, 15);
      if (half) {
        hash.back() = static_cast<char>(static_cast<uint8_t>(hash.back()) | level << 4);
      } else {
        hash.push_back(static_cast<char>(level));
      }
      half = !half;
    }
  }
  return hash;
}

}  // namespace marquee::imageproc
