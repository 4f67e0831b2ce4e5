#include "tools/demo_posters/designs/designs.h"
#include "tools/demo_posters/lettering.h"
#include "tools/demo_posters/shapes.h"

namespace marquee::demo {

void LongTideScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  svg.LinearGradient("sky", 90, {{0, "#f7e7c6"}, {0.35, "#f6c88f"}, {0.6, "#ec8f5e"}});
  svg.Fill("url(#sky)");
  const Point sun{w * 0.5, h * 0.47};
  const double r = h * 0.19;
  svg.Circle(sun, r * 1.35, "#f4a672", 0.35).Circle(sun, r, "#dc4b32");
  // The sun is cut into strips towards the horizon.
  for (int i = 0; i < 5; ++i) {
    svg.Rect(sun.x - r, sun.y + r * (0.25 + 0.16 * i), 2 * r, 3 + 3.2 * i, "#f0a06b");
  }
  constexpr int kWaves = 10;
  for (int i = 0; i < kWaves; ++i) {
    const double t = static_cast<double>(i) / (kWaves - 1);
    const double y = h * (0.575 + 0.40 * t * (0.55 + 0.45 * t));
    const double length = 150 + 330 * t;
    const std::string wave = Swell(w, y, 7 + 24 * t, length, 0.37 * i + 0.2 * t, h + 10);
    svg.Path(wave, Mix("#4fa09b", "#0b2536", t));
    svg.Stroke(wave, "#f7e7c6", 1.5 + 2.5 * t, 0.55 - 0.3 * t);
  }
}

void LongTide(Svg& svg) {
  LongTideScene(svg);
  const Face face{kSerif, true, 0.82, 0.04};
  Stack(svg, {"THE LONG", "TIDE"}, face, {500, 96}, 820, 190, 30, "#16394a", Align::kCentre);
  Write(svg, "the sea returns everything but the hour", {kSerif, false, 1, 0.01}, {500, 1392}, 28,
        "#f7e7c6", Align::kCentre, 0.9);
  Write(svg, "1987", {kSerif, false, 1, 0.3}, {500, 1440}, 30, "#f7e7c6", Align::kCentre, 0.85);
}

void SaltwaterRadioScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  svg.LinearGradient("night", 90, {{0, "#0d1b3d"}, {0.6, "#1f4a73"}, {1, "#3f7d8c"}});
  svg.LinearGradient("beam", 0, {{0, "#ffe9a8", 0}, {1, "#ffe9a8", 0.85}});
  svg.LinearGradient("beam2", 0, {{0, "#ffe9a8", 0.85}, {1, "#ffe9a8", 0}});
  svg.Fill("url(#night)");
  Random random(68);
  for (int i = 0; i < 110; ++i) {
    svg.Circle({random.In(0, w), random.In(0, h * 0.62)}, random.In(0.8, 2.4), "#f5efd6",
               random.In(0.3, 0.9));
  }
  const double u = h / 1500;
  const double x = w * 0.5;
  const Point lamp{x, h * 0.425};
  for (int i = 1; i <= 7; ++i) {
    svg.Ring(lamp, i * 88 * u, "#f2b25c", (9 - i) * u, 0.60 - 0.07 * i);
  }
  svg.Path(Polygon({{lamp.x, lamp.y - 14 * u},
                    {lamp.x, lamp.y + 14 * u},
                    {-20, lamp.y + 120 * u},
                    {-20, lamp.y - 200 * u}}),
           "url(#beam)");
  svg.Path(Polygon({{lamp.x, lamp.y - 14 * u},
                    {lamp.x, lamp.y + 14 * u},
                    {w + 20, lamp.y + 200 * u},
                    {w + 20, lamp.y - 120 * u}}),
           "url(#beam2)");
  // The tower narrows upwards; its stripes are bands of the same trapezium.
  const double foot = h * 0.86;
  const double top = lamp.y + 36 * u;
  for (int i = 0; i < 7; ++i) {
    const double a = top + (foot - top) * i / 7;
    const double b = top + (foot - top) * (i + 1) / 7;
    const auto half = [&](double y) { return (42 + 46 * (y - top) / (foot - top)) * u; };
    svg.Path(Polygon({{x - half(a), a}, {x + half(a), a}, {x + half(b), b}, {x - half(b), b}}),
             i % 2 == 0 ? "#f4ead2" : "#d8432f");
    svg.Path(
        Polygon(
            {{x + half(a) * 0.25, a}, {x + half(a), a}, {x + half(b), b}, {x + half(b) * 0.25, b}}),
        "#0d1b3d", 0.22);
  }
  svg.Rect(x - 62 * u, top - 12 * u, 124 * u, 18 * u, "#0d1b3d");
  svg.Rect(x - 34 * u, lamp.y - 36 * u, 68 * u, 64 * u, "#ffe9a8");
  svg.Rect(x - 3 * u, lamp.y - 36 * u, 6 * u, 64 * u, "#0d1b3d");
  svg.Path(
      Polygon({{x - 52 * u, lamp.y - 34 * u}, {x, lamp.y - 96 * u}, {x + 52 * u, lamp.y - 34 * u}}),
      "#d8432f");
  svg.Path(Ridge(w, h * 0.845, h * 0.05, 0.9, h, Random(7)), "#0a1428");
  for (int i = 0; i < 5; ++i) {
    svg.Path(Swell(w, h * (0.88 + 0.03 * i), 9 * u, (190 + 30 * i) * u, 0.29 * i, h + 10),
             Mix("#2b6a7d", "#071226", i / 4.0));
  }
}

void SaltwaterRadio(Svg& svg) {
  SaltwaterRadioScene(svg);
  Stack(svg, {"SALTWATER", "RADIO"}, {kSans, true, 0.66, 0.01}, {500, 92}, 840, 236, 28, "#f4ead2",
        Align::kCentre);
  Write(svg, "someone out there is still requesting songs", {kSans, false, 1, 0.02}, {500, 1408},
        26, "#f4ead2", Align::kCentre, 0.9);
  Write(svg, "1968", {kSans, true, 1, 0.4}, {500, 1456}, 22, "#f2b25c", Align::kCentre);
}

void WhaleWhoKeptTimeScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  const double u = h / 1500;
  svg.LinearGradient(
      "deep", 90,
      {{0, "#bfe3d8"}, {0.16, "#7cc4c0"}, {0.22, "#2f8fa0"}, {0.55, "#155574"}, {1, "#04172b"}});
  svg.Fill("url(#deep)");
  for (int i = 0; i < 7; ++i) {  // shafts of light from above
    const double x = w * (0.05 + 0.15 * i);
    svg.Path(Polygon({{x, h * 0.2}, {x + 40 * u, h * 0.2}, {x - 160 * u, h}, {x - 330 * u, h}}),
             "#d9f4ea", 0.045);
  }
  svg.Path(Swell(w, h * 0.2, 7 * u, 190 * u, 0.1, h * 0.235), "#dff3e6", 0.8);
  // A small boat above the surface.
  const double bx = w * 0.68;
  const double by = h * 0.192;
  svg.Path(fmt::format("M{:.0f} {:.0f}h{:.0f}q{:.0f} {:.0f} {:.0f} {:.0f}h{:.0f}Z", bx - 60 * u, by,
                       120 * u, -12 * u, 34 * u, -40 * u, 34 * u, -46 * u),
           "#b3392c");
  svg.Path(Polygon({{bx, by - 8 * u}, {bx, by - 120 * u}, {bx + 66 * u, by - 22 * u}}), "#fbf3dc");
  svg.Path(
      Polygon({{bx - 8 * u, by - 8 * u}, {bx - 8 * u, by - 96 * u}, {bx - 50 * u, by - 18 * u}}),
      "#f2d9a4");
  // The whale, drawn for a sheet of 1000 units around its own centre.
  svg.LinearGradient("back", 90, {{0, "#0d3550"}, {1, "#061c30"}});
  svg.Add(R"svg(<g transform="translate({:.1f} {:.1f}) scale({:.3f}) rotate(-9)">)svg", w * 0.47,
          h * 0.54, u * 0.84);
  svg.Path(
      "M-430 20C-440 -120 -280 -190 -90 -180C110 -170 230 -90 330 -20C370 6 396 -8 410 -50"
      "C416 -110 470 -150 520 -150C500 -110 492 -70 470 -30C510 -30 550 -10 566 34"
      "C510 30 460 40 420 52C330 100 200 170 20 186C-180 202 -420 170 -430 20Z",
      "url(#back)");
  svg.Path(
      "M-428 40C-300 96 -120 110 60 92C140 84 200 110 190 130C120 176 20 188 -60 190"
      "C-230 186 -410 160 -428 40Z",
      "#8fc4c4", 0.85);
  for (int i = 0; i < 9; ++i) {
    svg.Stroke(fmt::format("M{} {}C{} {} {} {} {} {}", -412 + 12 * i, 66 + 11 * i, -250 + 10 * i,
                           110 + 8 * i, -120, 124 + 7 * i, 60 - 10 * i, 108 + 8 * i),
               "#0d3550", 3, 0.55);
  }
  svg.Path("M-60 120C-40 210 -110 300 -190 330C-190 250 -180 170 -150 120Z", "#0a2a42");
  // Its eye is a watch face.
  const Point eye{-236, -14};
  svg.Circle(eye, 46, "#e9b949").Circle(eye, 38, "#fbf3dc");
  for (int i = 0; i < 12; ++i) {
    const Point a = Polar(eye, 35, 30.0 * i);
    const Point b = Polar(eye, 29, 30.0 * i);
    svg.Stroke(fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", a.x, a.y, b.x, b.y), "#0d3550", 3);
  }
  svg.Stroke("M-236 -14L-236 -40M-236 -14L-218 -4", "#0d3550", 5).Circle(eye, 5, "#b3392c");
  svg.Close();
  Random random(16);
  for (int i = 0; i < 46; ++i) {
    svg.Ring({random.In(0, w), random.In(h * 0.28, h)}, random.In(2, 11) * u, "#d9f4ea", 2 * u,
             random.In(0.12, 0.5));
  }
}

void WhaleWhoKeptTime(Svg& svg) {
  WhaleWhoKeptTimeScene(svg);
  const Face light{kSerif, false, 1, 0.06};
  Write(svg, "the whale who", light, {80, 1180}, 74, "#eaf6ec");
  Stack(svg, {"kept time"}, {kSerif, true, 0.92, 0}, {80, 1220}, 840, 220, 0, "#f0c65c");
  Write(svg, "2016", {kSerif, false, 1, 0.3}, {84, 1442}, 26, "#eaf6ec", Align::kLeft, 0.8);
}

void HarbourOfKites(Svg& svg) {
  svg.LinearGradient("day", 90, {{0, "#5fb7d4"}, {0.7, "#cfeaea"}, {1, "#fdf3dd"}});
  svg.Fill("url(#day)");
  for (const Point c : {Point{180, 520}, Point{770, 330}, Point{520, 820}, Point{900, 900}}) {
    for (int i = 0; i < 4; ++i) {
      svg.Rect(c.x - 150 + 34 * i, c.y + 22 * i, 250 - 30 * i, 24, "#ffffff", 0.55, 12);
    }
  }
  Random random(2006);
  const std::string_view inks[] = {"#e4473c", "#f2a93b", "#214e6b",
                                   "#f6efe0", "#2a9d7f", "#d86a93"};
  struct Kite {
    Point at;
    double size;
    double turn;
  };
  const Kite kites[] = {{{300, 690}, 150, -14}, {{650, 560}, 190, 18}, {{820, 780}, 92, 30},
                        {{480, 960}, 84, -22},  {{130, 900}, 76, 12},  {{690, 990}, 58, 24},
                        {{160, 470}, 70, -30},  {{880, 470}, 62, 8},   {{420, 480}, 54, 20}};
  int n = 0;
  for (const Kite& kite : kites) {
    const std::string_view a = inks[n % 6];
    const std::string_view b = inks[(n + 1 + n / 3) % 6];
    const double s = kite.size;
    // The string hangs down to a boat in the harbour.
    const double foot = 120 + 110.0 * (n * 5 % 8);
    svg.Stroke(fmt::format("M{:.0f} {:.0f}Q{:.0f} {:.0f} {:.0f} 1262", kite.at.x, kite.at.y,
                           kite.at.x + (foot - kite.at.x) * 0.1, 1130.0, foot),
               "#214e6b", 1.6, 0.55);
    svg.Add(R"svg(<g transform="translate({:.1f} {:.1f}) rotate({:.1f})">)svg", kite.at.x,
            kite.at.y, kite.turn);
    svg.Path(Polygon({{0, -s}, {s * 0.66, -s * 0.2}, {0, s}}), a);
    svg.Path(Polygon({{0, -s}, {-s * 0.66, -s * 0.2}, {0, s}}), b);
    svg.Path(Polygon({{0, -s * 0.2}, {s * 0.66, -s * 0.2}, {0, s}}), "#10233a", 0.16);
    svg.Stroke(fmt::format("M0 {0:.0f}q{1:.0f} {2:.0f} 0 {3:.0f}t{1:.0f} {3:.0f}", s, s * 0.3,
                           s * 0.2, s * 0.4),
               b, 4);
    svg.Close();
    ++n;
  }
  for (int i = 0; i < 4; ++i) {
    svg.Path(Swell(1000, 1275 + 52 * i, 8, 150 + 20 * i, 0.3 * i, 1510),
             Mix("#4fa3ac", "#163a55", i / 3.0));
    for (int b = 0; b < 4 && i < 2; ++b) {
      const double x = 90 + 270 * b + 120 * i + random.In(-20, 20);
      const double y = 1268 + 52 * i;
      svg.Path(Polygon({{x - 46, y}, {x + 46, y}, {x + 32, y + 24}, {x - 32, y + 24}}),
               inks[(b + 2 * i) % 3]);
      svg.Path(Polygon({{x, y - 6}, {x, y - 74}, {x + 36, y - 14}}), "#fdf3dd");
    }
  }
  const double y = Stack(svg, {"HARBOUR OF", "KITES"}, {kSans, true, 0.74, -0.01}, {70, 80}, 860,
                         190, 26, "#ffffff");
  Write(svg, "hold on, the town is leaving", {kSans, false, 1, 0}, {72, y + 54}, 27, "#163a55");
  Write(svg, "2006", {kSans, true, 1, 0.3}, {930, 1462}, 22, "#fdf3dd", Align::kRight, 0.9);
}

}  // namespace marquee::demo
