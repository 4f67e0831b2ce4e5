#include "services/imageproc/service/recommendation.h"

#include <fmt/format.h>

#include <cmath>

namespace marquee::imageproc {
namespace {

// Share of all requests: hits that doubling the tier must gain, or halving may lose, to be
// recommended.
constexpr double kWorthwhile = 0.03;
constexpr double kNegligible = 0.01;

const cache::GhostCurve::Point* At(const std::vector<cache::GhostCurve::Point>& points,
                                   double factor) {
  for (const auto& point : points) {
    if (point.size_factor == factor) return &point;
  }
  return nullptr;
}

long Percent(double ratio) { return std::lround(ratio * 100); }

}  // namespace

std::string Recommend(const std::string& tier, uint64_t megabytes,
                      const std::vector<cache::GhostCurve::Point>& points) {
  const auto* now = At(points, 1);
  if (now == nullptr) return "";
  // The smallest size that reaches most of the possible gain.
  const cache::GhostCurve::Point* better = nullptr;
  for (const double factor : {2.0, 4.0}) {
    const auto* point = At(points, factor);
    const double before = better != nullptr ? better->hit_ratio : now->hit_ratio;
    if (point != nullptr && point->hit_ratio >= before + kWorthwhile) better = point;
  }
  if (better != nullptr) {
    return fmt::format("the {} tier at {} MB would lift the hit ratio from {} % to {} %", tier,
                       static_cast<uint64_t>(static_cast<double>(megabytes) * better->size_factor),
                       Percent(now->hit_ratio), Percent(better->hit_ratio));
  }
  const auto* half = At(points, 0.5);
  if (half != nullptr && half->hit_ratio >= now->hit_ratio - kNegligible) {
    return fmt::format("half of the {} tier would do: {} MB would hit {} % instead of {} %", tier,
                       megabytes / 2, Percent(half->hit_ratio), Percent(now->hit_ratio));
  }
  return "";
}

}  // namespace marquee::imageproc
