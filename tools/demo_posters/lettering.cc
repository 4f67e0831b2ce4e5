#include "tools/demo_posters/lettering.h"

#include <algorithm>
#include <string>
#include <vips/vips8>

#include "tools/demo_posters/raster.h"

namespace marquee::demo {
namespace {

// Height of DejaVu's capitals above the baseline, as a share of the font size.
constexpr double kCapHeight = 0.73;

void Set(Svg& svg, std::string_view text, const Face& face, Point start, double size_px,
         std::string_view colour, double opacity) {
  svg.Add(
      R"svg(<text transform="translate({:.1f} {:.1f}) scale({:.3f} 1)" font-family="{}" font-weight="{}" font-size="{:.2f}" letter-spacing="{:.2f}" fill="{}" fill-opacity="{:.3f}">{}</text>)svg",
      start.x, start.y, face.stretch, face.family, face.bold ? "bold" : "normal", size_px,
      face.tracking * size_px, colour, opacity, Svg::Escape(text));
}

}  // namespace

Ink Measure(std::string_view text, const Face& face) {
  constexpr double kProbePx = 50;
  constexpr double kMargin = 25;
  const int probe_width = static_cast<int>(2 * kMargin + 80 * static_cast<double>(text.size()));
  Svg probe(probe_width, 100);
  probe.Fill("#000000");
  Set(probe, text, face, {kMargin, 65}, kProbePx, "#ffffff", 1);
  int top = 0;
  int width = 0;
  int height = 0;
  const std::vector<double> black = {0, 0, 0};
  const int left = Rasterise(probe).find_trim(&top, &width, &height,
                                              vips::VImage::option()->set("background", black));
  return {(left - kMargin) / kProbePx, std::max(width, 1) / kProbePx};
}

double SizeToFit(std::string_view text, const Face& face, double width_px, double max_px) {
  return std::min(width_px / Measure(text, face).width, max_px);
}

void Write(Svg& svg, std::string_view text, const Face& face, Point at, double size_px,
           std::string_view colour, Align align, double opacity) {
  const Ink ink = Measure(text, face);
  double x = at.x - ink.left * size_px;
  if (align == Align::kCentre) {
    x -= ink.width * size_px / 2;
  } else if (align == Align::kRight) {
    x -= ink.width * size_px;
  }
  Set(svg, text, face, {x, at.y}, size_px, colour, opacity);
}

double Stack(Svg& svg, const std::vector<std::string_view>& lines, const Face& face, Point top,
             double width_px, double max_px, double gap_px, std::string_view colour, Align align) {
  double y = top.y;
  for (const std::string_view line : lines) {
    const double size = SizeToFit(line, face, width_px, max_px);
    y += size * kCapHeight;
    Write(svg, line, face, {top.x, y}, size, colour, align);
    y += gap_px;
  }
  return y - gap_px;
}

}  // namespace marquee::demo
