// Turns a ghost cache's curve into a recommendation for operators.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libs/cache/ghost_curve.h"

namespace marquee::imageproc {

// Empty when no size on the curve is worth its bytes, or when there is not enough data.
std::string Recommend(const std::string& tier, uint64_t megabytes,
                      const std::vector<cache::GhostCurve::Point>& points);

}  // namespace marquee::imageproc
