#include <cmath>

#include "tools/demo_posters/designs/designs.h"
#include "tools/demo_posters/lettering.h"
#include "tools/demo_posters/shapes.h"

namespace marquee::demo {
namespace {

void Stars(Svg& svg, int count, uint64_t seed, double bottom) {
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    const double bright = random.In(0, 1);
    svg.Circle({random.In(0, svg.w()), random.In(0, bottom)}, 0.7 + 2.2 * bright * bright * bright,
               bright > 0.8 ? "#ffe8c8" : "#dfe6ff", 0.25 + 0.7 * bright);
  }
}

}  // namespace

void NineMinutesToVegaScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  const double u = h / 1500;
  svg.RadialGradient("space", {0.6, 0.4}, 0.8, {{0, "#3b1f63"}, {0.45, "#1a1140"}, {1, "#05040f"}});
  svg.RadialGradient("glow", {0.5, 0.5}, 0.5, {{0, "#ff9d6b", 0.55}, {1, "#ff9d6b", 0}});
  svg.LinearGradient("shade", 25,
                     {{0, "#05040f", 0}, {0.5, "#05040f", 0.15}, {1, "#05040f", 0.92}});
  svg.Fill("url(#space)");
  Stars(svg, 420, 2014, h);
  const Point planet{w * 0.52, h * 0.40};
  const double r = 285 * u;
  svg.Circle(planet, r * 1.7, "url(#glow)");
  const auto rings = [&](bool front) {
    svg.Add(R"svg(<g transform="rotate(-22 {:.1f} {:.1f})" fill="none">)svg", planet.x, planet.y);
    const struct {
      double at;
      double width;
      std::string_view colour;
      double opacity;
    } bands[] = {{1.36, 30, "#f6d6a8", 0.75},
                 {1.52, 46, "#e79a6a", 0.85},
                 {1.70, 22, "#b95f6e", 0.8},
                 {1.80, 8, "#f6d6a8", 0.6}};
    for (const auto& band : bands) {
      const double rx = r * band.at;
      const double ry = rx * 0.24;
      svg.Add(
          R"svg(<path d="M{:.1f} {:.1f}A{:.1f} {:.1f} 0 0 {} {:.1f} {:.1f}" stroke="{}" stroke-width="{:.1f}" stroke-opacity="{:.2f}"/>)svg",
          planet.x - rx, planet.y, rx, ry, front ? 0 : 1, planet.x + rx, planet.y, band.colour,
          band.width * u * 0.8, band.opacity);
    }
    svg.Close();
  };
  rings(false);
  svg.Add(R"svg(<clipPath id="disc"><circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/></clipPath>)svg",
          planet.x, planet.y, r);
  svg.Add(R"svg(<g clip-path="url(#disc)"><g transform="rotate(-22 {:.1f} {:.1f})">)svg", planet.x,
          planet.y);
  svg.Circle(planet, r, "#f7d9a9");
  const std::string_view stripes[] = {"#f7d9a9", "#f0a874", "#e27d60", "#f3bd85", "#c95d63",
                                      "#ee9a6c", "#a8456a", "#d9736a", "#7d2f63", "#5b2559"};
  for (int i = 0; i < 10; ++i) {
    svg.Path(Swell(w * 1.4, planet.y - r + 2 * r * i / 10, 7 * u, 320 * u, 0.21 * i,
                   planet.y + r + 80 * u),
             stripes[i]);
  }
  svg.Close().Circle(planet, r + 2, "url(#shade)").Close();
  rings(true);
  // Two moons, and the ship's bright line.
  svg.Circle({planet.x - 400 * u, planet.y - 250 * u}, 34 * u, "#cdb9e8");
  svg.Circle({planet.x - 390 * u, planet.y - 244 * u}, 34 * u, "#1a1140", 0.75);
  svg.Circle({planet.x + 340 * u, planet.y - 360 * u}, 14 * u, "#f6d6a8");
  svg.LinearGradient("trail", -38, {{0, "#ffffff", 0}, {1, "#ffffff", 0.95}});
  const double x = planet.x - 500 * u;
  const double y = planet.y + 640 * u;
  svg.Path(Polygon({{x, y}, {x + 340 * u, y - 305 * u}, {x + 346 * u, y - 296 * u}}),
           "url(#trail)");
  svg.Circle({x + 343 * u, y - 300 * u}, 7 * u, "#ffffff");
}

void NineMinutesToVega(Svg& svg) {
  NineMinutesToVegaScene(svg);
  Write(svg, "NINE MINUTES TO", {kSans, false, 1, 0.28}, {500, 1128}, 48, "#f7d9a9",
        Align::kCentre);
  Stack(svg, {"VEGA"}, {kSans, true, 0.9, 0.06}, {500, 1168}, 830, 330, 0, "#ffffff",
        Align::kCentre);
  Write(svg, "the light left before you were born. go and meet it.", {kSans, false, 1, 0.02},
        {500, 1432}, 24, "#cdb9e8", Align::kCentre);
}

void EclipseSeason(Svg& svg) {
  svg.RadialGradient("heat", {0.5, 0.4}, 0.75,
                     {{0, "#ff8a3c"}, {0.3, "#d8341f"}, {0.7, "#6d0f1c"}, {1, "#26060f"}});
  svg.Fill("url(#heat)");
  const Point centre{500, 560};
  svg.Blur("soft", 26);
  Random random(2023);
  for (int i = 0; i < 90; ++i) {  // the corona: rays of uneven length
    const double turn = 4.0 * i + random.In(-1.5, 1.5);
    const double reach = 345 + random.In(20, 210) * (0.55 + 0.45 * std::sin(turn / 28));
    const Point tip = Polar(centre, reach, turn);
    const Point a = Polar(centre, 300, turn - 2.2);
    const Point b = Polar(centre, 300, turn + 2.2);
    svg.Path(Polygon({a, tip, b}), "#ffe0a6", 0.42);
  }
  svg.Open(R"svg(filter="url(#soft)")svg").Ring(centre, 318, "#fff1cf", 38).Close();
  svg.Circle(centre, 306, "#12030a");
  svg.Ring(centre, 306, "#fff6e2", 5);
  svg.Circle(Polar(centre, 304, -52), 20, "#ffffff");
  svg.Open(R"svg(filter="url(#soft)")svg")
      .Circle(Polar(centre, 304, -52), 38, "#ffffff", 0.9)
      .Close();
  svg.Path(Ridge(1000, 1180, 120, 0.5, 1500, Random(5)), "#3d0a17");
  svg.Path(Ridge(1000, 1270, 110, 0.5, 1500, Random(9)), "#1c050d");
  const double y = Stack(svg, {"ECLIPSE", "SEASON"}, {kSans, true, 0.58, 0.0}, {500, 1070}, 860,
                         210, 22, "#ffe9c4", Align::kCentre);
  Write(svg, "four minutes. everyone remembers them differently.", {kSans, false, 1, 0.01},
        {500, y + 56}, 25, "#ff9a5c", Align::kCentre);
}

void VelvetStaticScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  const double u = h / 1500;
  svg.LinearGradient("dusk", 90, {{0, "#120a36"}, {0.35, "#4a1273"}, {0.62, "#d0297f"}});
  svg.LinearGradient("disc", 90, {{0, "#ffe45e"}, {0.5, "#ff8a5b"}, {1, "#ff2e88"}});
  svg.LinearGradient("floor", 90, {{0, "#2b0b55"}, {1, "#08051c"}});
  svg.Fill("url(#dusk)");
  Stars(svg, 130, 1983, h * 0.4);
  const double horizon = h * 0.63;
  const Point sun{w / 2, horizon - 190 * u};
  const double r = 300 * u;
  svg.Circle(sun, r, "url(#disc)");
  for (int i = 0; i < 8; ++i) {
    const double y = sun.y - 40 * u + i * 42 * u;
    svg.Rect(sun.x - r, y, 2 * r, (5 + 3.0 * i) * u, Mix("#6c1a7b", "#c3267e", i / 7.0));
  }
  svg.Path(Ridge(w, horizon - 22 * u, 170 * u, 0.9, horizon, Random(33)), "#1a0b40");
  svg.Rect(0, horizon, w, h - horizon, "url(#floor)");
  for (int i = -16; i <= 16; ++i) {
    svg.Stroke(fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", w / 2 + i * 46 * u, horizon,
                           w / 2 + i * 330 * u, h),
               "#27e1ff", 2.4 * u, 0.75);
  }
  for (int i = 0; i < 12; ++i) {
    const double y = horizon + (h - horizon) * std::pow(i / 11.0, 2.2);
    svg.Stroke(fmt::format("M0 {0:.1f}H{1:.0f}", y, w), "#27e1ff", (1.2 + 0.25 * i) * u, 0.8);
  }
  svg.Rect(0, horizon - 2 * u, w, 5 * u, "#ff9df0");
}

void VelvetStatic(Svg& svg) {
  VelvetStaticScene(svg);
  svg.LinearGradient("chrome", 90,
                     {{0, "#ffffff"}, {0.5, "#9fe8ff"}, {0.52, "#3b2f9b"}, {1, "#ff8ae2"}});
  svg.Blur("neon", 14);
  const Face face{kSans, true, 0.8, 0.01};
  const double size = SizeToFit("VELVET", face, 820);
  svg.Open(R"svg(filter="url(#neon)" transform="skewY(-5)")svg");
  Write(svg, "VELVET", face, {500, 318}, size, "#ff2ea6", Align::kCentre);
  svg.Close().Open(R"svg(transform="skewY(-5)")svg");
  Write(svg, "VELVET", face, {500, 318}, size, "url(#chrome)", Align::kCentre);
  Write(svg, "static", {kSerif, true, 0.9, 0.14}, {530, 425}, 108, "#ffe45e", Align::kCentre);
  svg.Close();
  Write(svg, "CHANNEL 3 IS WATCHING BACK", {kMono, true, 1, 0.12}, {500, 1424}, 28, "#ffffff",
        Align::kCentre);
  Write(svg, "1983", {kMono, true, 1, 0.3}, {500, 1464}, 22, "#27e1ff", Align::kCentre);
}

void UnderstudysMoon(Svg& svg) {
  constexpr std::string_view kGold = "#d9b25f";
  constexpr std::string_view kInk = "#14171f";
  svg.Fill(kInk);
  const Point moon{500, 690};
  for (int i = 0; i < 48; ++i) {  // rays, every second one gilt
    const Point a = Polar(moon, 1300, 7.5 * i - 1.1);
    const Point b = Polar(moon, 1300, 7.5 * i + 1.1);
    svg.Path(Polygon({moon, a, b}), i % 2 == 0 ? "#d9b25f" : "#3b4152", i % 2 == 0 ? 0.8 : 0.9);
  }
  for (int i = 0; i < 4; ++i) {
    svg.Circle(moon, 330 - 26 * i, i % 2 == 0 ? kInk : kGold);
  }
  svg.LinearGradient("pearl", 60, {{0, "#fff8e4"}, {1, "#e3c98a"}});
  svg.Circle(moon, 236, "url(#pearl)");
  svg.Circle({566, 650}, 200, kInk);
  svg.Circle({595, 640}, 26, kGold);
  svg.Path(Polygon({{595, 596},
                    {604, 631},
                    {639, 640},
                    {604, 649},
                    {595, 684},
                    {586, 649},
                    {551, 640},
                    {586, 631}}),
           "#fff8e4");
  // Curtains left and right: folds that swing inwards at the top.
  svg.LinearGradient("fold", 0, {{0, "#5d0f1e"}, {0.5, "#a3202f"}, {1, "#4a0b18"}});
  for (const int side : {-1, 1}) {
    for (int i = 0; i < 5; ++i) {
      const double x0 = 500 + side * (500 - 52.0 * i);
      const double x1 = 500 + side * (500 - 52.0 * (i + 1));
      const double top0 = 500 + side * (500 - 92.0 * i);
      const double top1 = 500 + side * (500 - 92.0 * (i + 1));
      svg.Path(fmt::format("M{0:.0f} 0C{0:.0f} 380 {1:.0f} 520 {1:.0f} 1150H{2:.0f}C{2:.0f} 520 "
                           "{3:.0f} 380 {3:.0f} 0Z",
                           top0, x0, x1, top1),
               "url(#fold)");
    }
  }
  for (int i = 0; i < 3; ++i) {  // a stepped stage
    svg.Rect(60.0 - 30 * i, 1100 + 30 * i, 880 + 60 * i, 500, i % 2 == 0 ? kGold : kInk);
  }
  svg.Rect(0, 1190, 1000, 310, kInk);
  const Face face{kSans, true, 0.62, 0.1};
  Write(svg, "THE UNDERSTUDY’S", {kSans, false, 0.8, 0.22}, {500, 1268},
        SizeToFit("THE UNDERSTUDY’S", {kSans, false, 0.8, 0.22}, 800), kGold, Align::kCentre);
  Stack(svg, {"MOON"}, face, {500, 1296}, 800, 150, 0, "#fff8e4", Align::kCentre);
  Write(svg, "A NOCTURNE IN TWO ACTS · 1934", {kSans, false, 1, 0.2}, {500, 1462}, 21, kGold,
        Align::kCentre);
  svg.Add(
      R"svg(<rect x="22" y="22" width="956" height="1456" fill="none" stroke="{}" stroke-width="4"/>)svg",
      kGold);
  svg.Add(
      R"svg(<rect x="34" y="34" width="932" height="1432" fill="none" stroke="{}" stroke-width="1.5"/>)svg",
      kGold);
}

}  // namespace marquee::demo
