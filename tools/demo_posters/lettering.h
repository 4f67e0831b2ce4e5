// Text on a poster. Sizes and positions are computed from the rendered pixels, so that a title
// fills its line on every host, also with a substitute font.
#pragma once

#include <string_view>
#include <vector>

#include "tools/demo_posters/svg.h"

namespace marquee::demo {

// The families come from Debian's fonts-dejavu-core.
inline constexpr std::string_view kSans = "DejaVu Sans";
inline constexpr std::string_view kSerif = "DejaVu Serif";
inline constexpr std::string_view kMono = "DejaVu Sans Mono";

struct Face {
  std::string_view family = kSans;
  bool bold = true;
  double stretch = 1;   // horizontal scale: 0.6 is a narrow poster face
  double tracking = 0;  // space between letters, as a share of the size
};

enum class Align { kLeft, kCentre, kRight };

// Horizontal extent of a rendered line at a font size of one pixel, relative to its starting point.
struct Ink {
  double left = 0;
  double width = 0;
};

// Renders the line once and measures it. Throws vips::VError if rendering fails.
Ink Measure(std::string_view text, const Face& face);

// The font size at which the rendered `text` is `width_px` wide, at most `max_px`.
double SizeToFit(std::string_view text, const Face& face, double width_px, double max_px = 1000);

// Draws one line: `at` is the left end, the middle or the right end of its baseline.
void Write(Svg& svg, std::string_view text, const Face& face, Point at, double size_px,
           std::string_view colour, Align align = Align::kLeft, double opacity = 1);

// Draws lines one below the other, each scaled to `width_px`, at most `max_px` high. `top` is the
// upper edge of the first line's capitals, `gap_px` the distance between lines. Returns the
// baseline of the last line.
double Stack(Svg& svg, const std::vector<std::string_view>& lines, const Face& face, Point top,
             double width_px, double max_px, double gap_px, std::string_view colour,
             Align align = Align::kLeft);

}  // namespace marquee::demo
