#include "tools/demo_posters/designs/designs.h"
#include "tools/demo_posters/lettering.h"
#include "tools/demo_posters/shapes.h"

namespace marquee::demo {
namespace {

// An umbrella seen from above: eight wedges in two shades, a tip, and its shadow.
void Umbrella(Svg& svg, Point at, double r, double turn, std::string_view light,
              std::string_view dark) {
  svg.Circle({at.x + r * 0.16, at.y + r * 0.22}, r * 0.94, "#0f1c2b", 0.22);
  for (int i = 0; i < 8; ++i) {
    const Point a = Polar(at, r, turn + 45.0 * i);
    const Point b = Polar(at, r, turn + 45.0 * (i + 1));
    const Point bow = Polar(at, r * 0.86, turn + 45.0 * i + 22.5);  // cloth hangs in between ribs
    svg.Path(fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}Z", at.x, at.y,
                         a.x, a.y, bow.x, bow.y, b.x, b.y),
             i % 2 == 0 ? light : dark);
  }
  svg.Circle(at, r * 0.07, "#0f1c2b");
}

}  // namespace

void QuietMeridian(Svg& svg) {
  svg.Fill("#f3e3c3");
  const std::string_view bands[] = {"#1f5c57", "#3d8b7d", "#e3b23c",
                                    "#e07a2f", "#b8402a", "#6b2424"};
  // Six bands rise side by side and come down again.
  for (int i = 0; i < 6; ++i) {
    const double r = 440 - 62.0 * i;
    svg.Stroke(fmt::format("M{0:.0f} 1290V620A{1:.0f} {1:.0f} 0 0 1 {2:.0f} 620V1290", 500 - r, r,
                           500 + r),
               bands[i], 63);
  }
  svg.Circle({500, 640}, 92, "#b8402a");
  svg.Rect(0, 1180, 1000, 320, "#f3e3c3");
  svg.Rect(60, 1204, 880, 6, "#6b2424");
  const Face face{kSans, true, 0.86, -0.045};
  Write(svg, "a quiet", face, {58, 1318}, 116, "#6b2424");
  Write(svg, "meridian", face, {56, 1432}, SizeToFit("meridian", face, 640, 150), "#b8402a");
  Write(svg, "1972", {kSans, true, 1, 0}, {940, 1318}, 44, "#1f5c57", Align::kRight);
  Write(svg, "noon is a place", {kSans, false, 1, 0}, {940, 1430}, 26, "#1f5c57", Align::kRight);
}

void TenThousandUmbrellas(Svg& svg) {
  svg.Fill("#3a5068");
  Random random(1964);
  const std::string_view shades[][2] = {{"#8fa6b8", "#7c94a8"},
                                        {"#5f7a92", "#536d85"},
                                        {"#c3cfd6", "#aebdc8"},
                                        {"#2a3c50", "#223247"}};
  for (int row = 0; row < 10; ++row) {
    for (int column = 0; column < 7; ++column) {
      const Point at{column * 168.0 + (row % 2) * 84 - 40 + random.In(-12, 12),
                     row * 142.0 + random.In(-12, 12) + 20};
      const auto& shade = shades[random.Below(4)];
      if (row == 5 && column == 4) {
        continue;
      }
      Umbrella(svg, at, random.In(84, 98), random.In(0, 45), shade[0], shade[1]);
    }
  }
  Umbrella(svg, {716, 730}, 122, 12, "#e63d2e", "#c42d22");
  for (int i = 0; i < 160; ++i) {  // rain, straight down
    const double x = random.In(0, 1000);
    const double y = random.In(0, 1240);
    svg.Circle({x, y}, random.In(1.5, 3.2), "#f2f5f4", 0.5);
  }
  svg.Rect(0, 1236, 1000, 264, "#f2efe6");
  Stack(svg, {"TEN THOUSAND", "UMBRELLAS"}, {kSans, true, 0.7, 0.0}, {60, 1266}, 880, 92, 18,
        "#223247");
  Write(svg, "1964", {kSans, true, 1, 0.1}, {940, 1466}, 26, "#e63d2e", Align::kRight);
  Write(svg, "and only one is coming home", {kSans, false, 1, 0.02}, {62, 1466}, 26, "#223247");
}

void GlassOrchard(Svg& svg) {
  svg.Fill("#f4efe4");
  Random random(2018);
  const std::string_view inks[] = {"#1d3557", "#e26d5c", "#f2b5a7",
                                   "#2a9d8f", "#e9c46a", "#a8dadc"};
  constexpr double kCell = 250;
  for (int row = 0; row < 5; ++row) {
    for (int column = 0; column < 4; ++column) {
      const double x = column * kCell;
      const double y = row * kCell;
      const int ground = (row * 3 + column * 2) % 6;
      const std::string_view a = inks[(ground + 1 + random.Below(2)) % 6];
      const std::string_view b = inks[(ground + 3 + random.Below(2)) % 6];
      svg.Rect(x, y, kCell, kCell, inks[ground], ground % 2 == 0 ? 1 : 0.85);
      switch (random.Below(5)) {
        case 0:  // a round tree
          svg.Rect(x + 118, y + 120, 14, 130, "#1d3557");
          svg.Circle({x + 125, y + 105}, 82, a);
          svg.Path(fmt::format("M{0} {1}a82 82 0 0 1 0 164Z", x + 125, y + 23), b, 0.85);
          break;
        case 1:  // a tree of three half discs
          svg.Rect(x + 118, y + 40, 14, 210, "#f4efe4");
          for (int i = 0; i < 3; ++i) {
            svg.Path(fmt::format("M{} {}a86 86 0 0 1 172 0Z", x + 39, y + 96 + 62 * i),
                     i % 2 == 0 ? a : b);
          }
          break;
        case 2:  // quarter discs
          svg.Path(fmt::format("M{} {}h250a250 250 0 0 1 -250 250Z", x, y), a);
          svg.Path(fmt::format("M{} {}h150a150 150 0 0 1 -150 150Z", x, y), b);
          svg.Circle({x + 190, y + 190}, 30, "#f4efe4");
          break;
        case 3:  // fruit
          for (int i = 0; i < 4; ++i) {
            const int right = i % 2;
            const int down = i / 2;
            const Point at{x + 66 + 118.0 * right, y + 66 + 118.0 * down};
            svg.Circle(at, 48, i % 3 == 0 ? a : b);
            svg.Circle({at.x - 14, at.y - 14}, 13, "#f4efe4", 0.8);
          }
          break;
        default:  // a leaf
          svg.Path(fmt::format("M{0} {1}C{2} {1} {3} {4} {3} {5}C{6} {5} {0} {7} {0} {1}Z", x + 30,
                               y + 30, x + 150, x + 220, y + 110, y + 220, x + 100, y + 140),
                   a);
          svg.Stroke(fmt::format("M{} {}L{} {}", x + 30, y + 30, x + 220, y + 220), b, 7);
      }
    }
  }
  svg.Rect(0, 1250, 1000, 250, "#1d3557");
  Stack(svg, {"THE GLASS ORCHARD"}, {kSans, true, 0.62, 0.02}, {50, 1290}, 900, 130, 0, "#f4efe4");
  Write(svg, "do not climb, do not shake, do not whisper", {kSans, false, 1, 0.01}, {52, 1446}, 27,
        "#f2b5a7");
  Write(svg, "2018", {kSans, true, 1, 0.1}, {950, 1446}, 27, "#e9c46a", Align::kRight);
}

void HalfPastYesterday(Svg& svg) {
  svg.Fill("#f26b38");
  svg.Rect(0, 690, 1000, 810, "#16a3a0");
  const auto half = [&](double shift, bool upper) {
    const Point centre{500 + shift, 690};
    svg.Add(
        R"svg(<clipPath id="{0}"><rect x="-200" y="{1}" width="1400" height="690"/></clipPath>)svg",
        upper ? "upper" : "lower", upper ? 0 : 690);
    svg.Add(R"svg(<g clip-path="url(#{})">)svg", upper ? "upper" : "lower");
    svg.Circle({centre.x + 18, centre.y + 18}, 392, "#23303b", 0.25);
    svg.Circle(centre, 392, "#23303b").Circle(centre, 366, "#fdf6e3");
    for (int i = 0; i < 60; ++i) {
      const Point a = Polar(centre, 344, 6.0 * i);
      const Point b = Polar(centre, i % 5 == 0 ? 296 : 330, 6.0 * i);
      svg.Stroke(fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", a.x, a.y, b.x, b.y), "#23303b",
                 i % 5 == 0 ? 12 : 4);
    }
    if (upper) {
      const Point hour = Polar(centre, 196, -60);
      svg.Stroke(fmt::format("M{} {}L{:.0f} {:.0f}", centre.x, centre.y, hour.x, hour.y), "#23303b",
                 30);
    } else {
      svg.Stroke(fmt::format("M{} {}V{}", centre.x, centre.y, centre.y + 280), "#23303b", 20);
    }
    svg.Circle(centre, 36, "#f26b38");
    svg.Close();
  };
  half(-84, true);
  half(84, false);
  Stack(svg, {"HALF PAST"}, {kSans, true, 0.74, 0.0}, {60, 80}, 880, 180, 0, "#fdf6e3");
  Stack(svg, {"YESTERDAY"}, {kSans, true, 0.74, 0.0}, {60, 1180}, 880, 180, 0, "#fdf6e3");
  Write(svg, "he set the clocks back. one of them listened.", {kSans, false, 1, 0.01}, {62, 1400},
        29, "#0d4f50");
  Write(svg, "1992", {kSans, true, 1, 0.1}, {938, 1446}, 30, "#fdf6e3", Align::kRight);
}

}  // namespace marquee::demo
