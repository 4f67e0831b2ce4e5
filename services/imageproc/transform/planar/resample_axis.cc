#include "services/imageproc/transform/planar/resample_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace marquee::imageproc {
namespace {

constexpr int kLobes = 3;

double Sinc(double x) {
  if (x == 0) return 1;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

// The kernel is tabulated with this many points per lobe, which is finer than the precision of the
// weights: computing sines would take most of the time.
constexpr int kPoints = 1024;

const std::array<double, kLobes * kPoints + 2>& Curve() {
  static const auto curve = [] {
    std::array<double, kLobes * kPoints + 2> points{};  // last entry is zero
    for (int i = 0; i < kLobes * kPoints; ++i) {
      const double x = static_cast<double>(i) / kPoints;
      points[static_cast<size_t>(i)] = Sinc(x) * Sinc(x / kLobes);
    }
    return points;
  }();
  return curve;
}

double Lanczos(const std::array<double, kLobes * kPoints + 2>& curve, double x) {
  const double place = std::abs(x) * kPoints;
  if (place >= kLobes * kPoints) return 0;
  const auto before = static_cast<size_t>(place);
  const double beyond = place - static_cast<double>(before);
  return curve[before] + (curve[before + 1] - curve[before]) * beyond;
}

// Quantises to integers whose sum is exactly kOne: the rounding error goes to the largest weight.
void Quantize(const std::vector<double>& exact, int16_t* weights) {
  const double sum = std::accumulate(exact.begin(), exact.end(), 0.0);
  const double scale = ResampleAxis::kOne / sum;
  int left = ResampleAxis::kOne;
  size_t heaviest = 0;
  for (size_t k = 0; k < exact.size(); ++k) {
    weights[k] = static_cast<int16_t>(std::lrint(exact[k] * scale));
    left -= weights[k];
    if (weights[k] > weights[heaviest]) heaviest = k;
  }
  weights[heaviest] = static_cast<int16_t>(weights[heaviest] + left);
}

}  // namespace

ResampleAxis MakeLanczosAxis(const AxisSpan& span) {
  const double widening = std::max(span.step, 1.0);
  const double reach = kLobes * widening;
  ResampleAxis axis;
  axis.taps = std::min(span.source, static_cast<int>(std::ceil(2 * reach)) + 1);
  axis.first.resize(static_cast<size_t>(span.count));
  axis.weights.resize(static_cast<size_t>(span.count) * static_cast<size_t>(axis.taps));
  const auto& curve = Curve();
  std::vector<double> exact(static_cast<size_t>(axis.taps));
  for (int i = 0; i < span.count; ++i) {
    const double centre = span.begin + (i + 0.5) * span.step - 0.5;
    const auto leftmost = static_cast<int>(std::ceil(centre - reach));
    const auto rightmost = static_cast<int>(std::floor(centre + reach));
    const int first = std::clamp(leftmost, 0, span.source - axis.taps);
    std::fill(exact.begin(), exact.end(), 0.0);
    for (int at = leftmost; at <= rightmost; ++at) {
      const int inside = std::clamp(at, first, first + axis.taps - 1);
      exact[static_cast<size_t>(inside - first)] += Lanczos(curve, (at - centre) / widening);
    }
    axis.first[static_cast<size_t>(i)] = first;
    Quantize(exact, &axis.weights[static_cast<size_t>(i) * static_cast<size_t>(axis.taps)]);
  }
  return axis;
}

}  // namespace marquee::imageproc
