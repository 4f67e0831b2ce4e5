// Path data for shapes used by several designs.
#pragma once

#include <string>
#include <vector>

#include "tools/demo_posters/random.h"
#include "tools/demo_posters/svg.h"

namespace marquee::demo {

// A closed polygon through the points.
std::string Polygon(const std::vector<Point>& points);

// A smooth open curve through the points (Catmull-Rom as cubic Béziers).
std::string Curve(const std::vector<Point>& points);

// The same, closed into a ring.
std::string Loop(const std::vector<Point>& points);

// Land below a ridge, from the left to the right edge, closed along `bottom`. The ridge varies
// around `base` by `height` pixels; `roughness` 0 (hills) to 1 (crags).
std::string Ridge(double width, double base, double height, double roughness, double bottom,
                  Random random);

// A wavy band from the left to the right edge, closed along `bottom`.
std::string Swell(double width, double y, double amplitude, double wavelength, double phase,
                  double bottom);

// The point at `radius` from `centre` in the direction `degrees` (0 right, 90 down).
Point Polar(Point centre, double radius, double degrees);

}  // namespace marquee::demo
