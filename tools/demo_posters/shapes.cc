#include "tools/demo_posters/shapes.h"

#include <cmath>
#include <numbers>

namespace marquee::demo {
namespace {

// One cubic segment of a Catmull-Rom spline from `b` to `c`.
std::string Segment(Point a, Point b, Point c, Point d) {
  return fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", b.x + (c.x - a.x) / 6,
                     b.y + (c.y - a.y) / 6, c.x - (d.x - b.x) / 6, c.y - (d.y - b.y) / 6, c.x, c.y);
}

}  // namespace

std::string Polygon(const std::vector<Point>& points) {
  std::string d;
  for (const Point& p : points) {
    d += fmt::format("{}{:.1f} {:.1f}", d.empty() ? "M" : "L", p.x, p.y);
  }
  return d + "Z";
}

std::string Curve(const std::vector<Point>& points) {
  std::string d = fmt::format("M{:.1f} {:.1f}", points.front().x, points.front().y);
  const size_t last = points.size() - 1;
  for (size_t i = 0; i < last; ++i) {
    d += Segment(points[i == 0 ? 0 : i - 1], points[i], points[i + 1],
                 points[i + 2 > last ? last : i + 2]);
  }
  return d;
}

std::string Loop(const std::vector<Point>& points) {
  std::string d = fmt::format("M{:.1f} {:.1f}", points.front().x, points.front().y);
  const size_t n = points.size();
  for (size_t i = 0; i < n; ++i) {
    d += Segment(points[(i + n - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n]);
  }
  return d + "Z";
}

std::string Ridge(double width, double base, double height, double roughness, double bottom,
                  Random random) {
  // Midpoint displacement: each round halves the step and reduces the amplitude.
  std::vector<double> level = {random.In(-1, 1), random.In(-1, 1), random.In(-1, 1),
                               random.In(-1, 1)};
  double swing = 0.6;
  for (int round = 0; round < 5; ++round) {
    std::vector<double> finer;
    for (size_t i = 0; i + 1 < level.size(); ++i) {
      finer.push_back(level[i]);
      finer.push_back((level[i] + level[i + 1]) / 2 + random.In(-swing, swing) * roughness);
    }
    finer.push_back(level.back());
    level = finer;
    swing *= 0.55;
  }
  std::string d = fmt::format("M0 {:.1f}", bottom);
  for (size_t i = 0; i < level.size(); ++i) {
    const double x = width * static_cast<double>(i) / static_cast<double>(level.size() - 1);
    d += fmt::format("L{:.1f} {:.1f}", x, base - level[i] * height / 2);
  }
  return d + fmt::format("L{:.1f} {:.1f}Z", width, bottom);
}

std::string Swell(double width, double y, double amplitude, double wavelength, double phase,
                  double bottom) {
  std::vector<Point> crest;
  for (double x = -wavelength; x <= width + wavelength; x += wavelength / 8) {
    const double turn = 2 * std::numbers::pi * (x / wavelength + phase);
    // The second harmonic sharpens the crests, as in water waves.
    crest.push_back({x, y - amplitude * (std::sin(turn) + 0.25 * std::cos(2 * turn))});
  }
  return Curve(crest) + fmt::format("L{:.1f} {:.1f}L{:.1f} {:.1f}Z", width + wavelength, bottom,
                                    -wavelength, bottom);
}

Point Polar(Point centre, double radius, double degrees) {
  const double radians = degrees * std::numbers::pi / 180;
  return {centre.x + radius * std::cos(radians), centre.y + radius * std::sin(radians)};
}

}  // namespace marquee::demo
