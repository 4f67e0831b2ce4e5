// What a ghost curve says, in words for whoever runs the service.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libs/cache/ghost_curve.h"

namespace marquee::imageproc {

// Empty when nothing would help: no size on the curve is worth its bytes, or nothing is known yet.
std::string Recommend(const std::string& tier, uint64_t megabytes,
                      const std::vector<cache::GhostCurve::Point>& points);

}  // namespace marquee::imageproc
