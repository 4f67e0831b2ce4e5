#include <cmath>

#include "tools/demo_posters/designs/designs.h"
#include "tools/demo_posters/lettering.h"
#include "tools/demo_posters/shapes.h"

namespace marquee::demo {
namespace {

std::string Mesa(double x, double y, double width, double height) {
  return Polygon({{x - width * 0.62, y},
                  {x - width * 0.46, y - height * 0.45},
                  {x - width * 0.42, y - height * 0.48},
                  {x - width * 0.38, y - height},
                  {x + width * 0.34, y - height * 0.97},
                  {x + width * 0.40, y - height * 0.5},
                  {x + width * 0.48, y - height * 0.44},
                  {x + width * 0.66, y}});
}

}  // namespace

void MesaLocalScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  const double u = h / 1500;
  svg.LinearGradient("heat", 90,
                     {{0, "#1f6f78"}, {0.3, "#7fb7a3"}, {0.5, "#f4d58d"}, {0.66, "#f2a65a"}});
  svg.Fill("url(#heat)");
  svg.Circle({w * 0.74, h * 0.5}, 120 * u, "#fff3c9");
  svg.Circle({w * 0.74, h * 0.5}, 180 * u, "#fff3c9", 0.3);
  const double ground = h * 0.70;
  const struct {
    double x;
    double width;
    double height;
    std::string_view colour;
  } mesas[] = {{0.62, 300, 150, "#e29567"},
               {0.12, 420, 230, "#d3724f"},
               {0.95, 360, 300, "#bb5040"},
               {0.34, 260, 330, "#c8573f"}};
  for (const auto& mesa : mesas) {
    svg.Path(Mesa(w * mesa.x, ground, mesa.width * u, mesa.height * u), mesa.colour);
    svg.Path(Polygon({{w * mesa.x + 0.05 * mesa.width * u, ground - 0.98 * mesa.height * u},
                      {w * mesa.x + 0.34 * mesa.width * u, ground - 0.97 * mesa.height * u},
                      {w * mesa.x + 0.40 * mesa.width * u, ground - 0.5 * mesa.height * u},
                      {w * mesa.x + 0.66 * mesa.width * u, ground},
                      {w * mesa.x + 0.2 * mesa.width * u, ground}}),
             "#5b1d2e", 0.32);
  }
  svg.LinearGradient("sand", 90, {{0, "#e08a4c"}, {1, "#6f2433"}});
  svg.Rect(0, ground, w, h - ground, "url(#sand)");
  for (int i = 0; i < 4; ++i) {
    svg.Path(Swell(w, ground + (120 + 80 * i) * u, 14 * u, (700 + 150 * i) * u, 0.31 * i, h + 10),
             Mix("#c9603f", "#3d1526", i / 3.0));
  }
  // The train: an engine and five carriages, right to left, smoke behind it.
  const double rail = ground + 74 * u;
  svg.Rect(0, rail, w, 7 * u, "#3d1526");
  const double front = w * 0.5 - 330 * u;
  Random random(49);
  for (int i = 0; i < 15; ++i) {
    const double t = i / 14.0;
    svg.Circle(
        {front + (70 + 640 * t) * u, rail - (140 + 120 * std::sqrt(t) + random.In(-14, 14)) * u},
        (20 + 46 * t) * u, "#fff3dc", 0.85 - 0.65 * t);
  }
  svg.Path(Polygon({{front - 40 * u, rail}, {front, rail - 34 * u}, {front, rail}}), "#1b2a35");
  svg.Rect(front, rail - 72 * u, 120 * u, 60 * u, "#1b2a35", 1, 12 * u);
  svg.Rect(front + 34 * u, rail - 112 * u, 24 * u, 44 * u, "#1b2a35");
  svg.Rect(front + 110 * u, rail - 104 * u, 64 * u, 92 * u, "#1b2a35");
  svg.Rect(front + 124 * u, rail - 92 * u, 36 * u, 26 * u, "#f4d58d");
  for (int i = 0; i < 4; ++i) {
    svg.Circle({front + (22 + 42 * i) * u, rail - 10 * u}, 17 * u, "#b9382f");
    svg.Circle({front + (22 + 42 * i) * u, rail - 10 * u}, 7 * u, "#f4d58d");
  }
  for (int c = 0; c < 4; ++c) {
    const double x = front + (186 + 150 * c) * u;
    svg.Rect(x, rail - 84 * u, 138 * u, 70 * u, "#b9382f", 1, 6 * u);
    svg.Rect(x, rail - 40 * u, 138 * u, 8 * u, "#f4d58d");
    for (int i = 0; i < 4; ++i) {
      svg.Rect(x + (12 + 31 * i) * u, rail - 72 * u, 20 * u, 24 * u, "#fff3c9");
    }
    svg.Circle({x + 28 * u, rail - 8 * u}, 12 * u, "#1b2a35");
    svg.Circle({x + 110 * u, rail - 8 * u}, 12 * u, "#1b2a35");
  }
}

void MesaLocal(Svg& svg) {
  MesaLocalScene(svg);
  Write(svg, "THE", {kSans, true, 1, 0.5}, {500, 138}, 46, "#fff3dc", Align::kCentre);
  Stack(svg, {"MESA", "LOCAL"}, {kSans, true, 0.72, 0.05}, {500, 174}, 800, 230, 30, "#fff3dc",
        Align::kCentre);
  Write(svg, "STOPS WHERE THE MAP DOES", {kSans, true, 1, 0.16}, {500, 1400}, 30, "#f4d58d",
        Align::kCentre);
  Write(svg, "1949", {kSans, false, 1, 0.4}, {500, 1450}, 24, "#f4d58d", Align::kCentre);
}

void LastCableCarScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  const double u = h / 1500;
  svg.LinearGradient("alpine", 90, {{0, "#f4b8a0"}, {0.4, "#f7ddc0"}, {1, "#d7ece8"}});
  svg.Fill("url(#alpine)");
  // Mountains as two facets each: lit on the left, shaded on the right.
  const struct {
    double x;
    double peak;
    double spread;
    std::string_view lit;
    std::string_view dark;
  } mountains[] = {{0.85, 0.40, 520, "#c7d7df", "#93abc4"},
                   {0.10, 0.43, 480, "#c7d7df", "#8aa3be"},
                   {0.42, 0.33, 640, "#f4f6f2", "#5f7fa3"},
                   {0.98, 0.56, 420, "#b6c9d3", "#486a8c"},
                   {0.02, 0.60, 430, "#a9c0cc", "#3f5f80"}};
  for (const auto& m : mountains) {
    const double x = w * m.x;
    const double y = h * m.peak;
    const double s = m.spread * u;
    const double foot = h * 0.9;
    svg.Path(Polygon({{x, y},
                      {x - s, foot},
                      {x + s * 0.2, foot},
                      {x - s * 0.06, y + s * 0.5},
                      {x + s * 0.05, y + s * 0.24}}),
             m.lit);
    svg.Path(Polygon({{x, y},
                      {x + s * 0.05, y + s * 0.24},
                      {x - s * 0.06, y + s * 0.5},
                      {x + s * 0.2, foot},
                      {x + s, foot}}),
             m.dark);
    svg.Path(Polygon({{x - s * 0.12, y + s * 0.17},
                      {x - s * 0.3, y + s * 0.62},
                      {x - s * 0.2, y + s * 0.5}}),
             m.dark, 0.45);
  }
  svg.Path(Ridge(w, h * 0.80, 90 * u, 0.5, h, Random(3)), "#2d5a63");
  Random random(62);
  for (int row = 0; row < 3; ++row) {  // firs, larger towards the front
    const double size = (44 + 34 * row) * u;
    for (double x = -size; x < w + size; x += size * random.In(0.45, 0.85)) {
      const double y = h * (0.86 + 0.065 * row) + random.In(-14, 14) * u;
      for (int tier = 0; tier < 3; ++tier) {
        const double half = size * (0.26 + 0.09 * tier);
        const double top = y - size * (1.75 - 0.42 * tier);
        svg.Path(Polygon({{x, top}, {x + half, top + size * 0.7}, {x - half, top + size * 0.7}}),
                 Mix("#2b5f5d", "#0f2c35", (row + 0.3 * tier) / 2.6));
      }
    }
    svg.Rect(0, h * (0.87 + 0.065 * row), w, h, Mix("#24524f", "#0f2c35", row / 2.0));
  }
  const double slope = -0.36;
  const Point car{w * 0.56, h * 0.50};
  const auto line = [&](double x) { return car.y - 92 * u + (x - car.x) * slope; };
  svg.Stroke(fmt::format("M-10 {:.1f}L{:.1f} {:.1f}", line(-10), w + 10, line(w + 10)), "#1c2b39",
             4 * u);
  svg.Stroke(fmt::format("M{0:.1f} {1:.1f}L{0:.1f} {2:.1f}", car.x, line(car.x), car.y - 30 * u),
             "#1c2b39", 8 * u);
  svg.Rect(car.x - 34 * u, line(car.x) - 9 * u, 68 * u, 16 * u, "#1c2b39", 1, 6 * u);
  svg.Rect(car.x - 100 * u, car.y - 36 * u, 200 * u, 150 * u, "#c62f2f", 1, 26 * u);
  svg.Rect(car.x - 100 * u, car.y + 46 * u, 200 * u, 12 * u, "#f4e6c8");
  for (int i = 0; i < 3; ++i) {
    svg.Rect(car.x - 84 * u + 58 * u * i, car.y - 16 * u, 52 * u, 52 * u, "#ffe9b3", 1, 8 * u);
  }
  svg.Circle({car.x + 2 * u, car.y + 8 * u}, 13 * u, "#1c2b39");
  svg.Rect(car.x - 14 * u, car.y + 16 * u, 32 * u, 20 * u, "#1c2b39", 1, 8 * u);
}

void LastCableCar(Svg& svg) {
  LastCableCarScene(svg);
  Write(svg, "The Last", {kSerif, true, 0.9, 0}, {72, 200}, 132, "#8c2331");
  Stack(svg, {"Cable Car"}, {kSerif, true, 0.9, -0.01}, {72, 250}, 856, 200, 0, "#1c2b39");
  Write(svg, "one passenger, no return", {kSerif, false, 1, 0.02}, {928, 1424}, 30, "#f7ddc0",
        Align::kRight);
  Write(svg, "1962", {kSerif, true, 1, 0.2}, {72, 1424}, 30, "#f4b8a0");
}

void SlowDesertScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  const double u = h / 1500;
  svg.LinearGradient("haze", 90, {{0, "#e9d2c0"}, {0.5, "#f3b48b"}});
  svg.Fill("url(#haze)");
  svg.Circle({w * 0.5, h * 0.44}, 250 * u, "#f9efe0");
  // Dunes: a light face and, from the same crest, a shadow face that curls away.
  const struct {
    double crest;
    double x;
    std::string_view light;
    std::string_view dark;
  } dunes[] = {{0.53, 0.70, "#e8a57c", "#b9704f"},
               {0.60, 0.22, "#dd8f62", "#96503d"},
               {0.70, 0.66, "#cf7a4e", "#79383a"},
               {0.83, 0.30, "#b65f42", "#542634"}};
  int n = 0;
  for (const auto& dune : dunes) {
    const double x = w * dune.x;
    const double y = h * dune.crest;
    const double drop = (100 + 50 * n) * u;
    svg.Path(fmt::format("M{0:.0f} {1:.0f}C{2:.0f} {3:.0f} {4:.0f} {5:.0f} {6:.0f} {5:.0f}"
                         "C{7:.0f} {5:.0f} {8:.0f} {1:.0f} {9:.0f} {10:.0f}V{11:.0f}H{0:.0f}Z",
                         -20.0, y + drop, w * 0.1, y + drop, x - 0.22 * w, y, x, x + 0.15 * w,
                         x + 0.3 * w, w + 20, y + drop * 1.1, h + 10),
             dune.light);
    svg.Path(fmt::format("M{0:.0f} {1:.0f}C{2:.0f} {1:.0f} {3:.0f} {4:.0f} {5:.0f} {6:.0f}V{7:.0f}"
                         "H{8:.0f}C{9:.0f} {10:.0f} {11:.0f} {12:.0f} {0:.0f} {1:.0f}Z",
                         x, y, x + 0.15 * w, x + 0.3 * w, y + drop, w + 20, y + drop * 1.1, h + 10,
                         x - 0.3 * w, x + 0.25 * w, y + drop * 2.6, x - 0.16 * w, y + drop * 1.5),
             dune.dark);
    ++n;
  }
  // A walker and the long shadow.
  const double x = w * 0.24;
  const double y = h * 0.606;
  svg.Path(
      Polygon(
          {{x - 4 * u, y}, {x + 6 * u, y}, {x - 150 * u, y + 88 * u}, {x - 162 * u, y + 80 * u}}),
      "#542634", 0.55);
  svg.Rect(x - 7 * u, y - 42 * u, 15 * u, 46 * u, "#2b1420", 1, 6 * u);
  svg.Circle({x, y - 50 * u}, 9 * u, "#2b1420");
}

void SlowDesert(Svg& svg) {
  SlowDesertScene(svg);
  const Face face{kSans, false, 1, 0.34};
  Write(svg, "A SLOW", face, {500, 150}, SizeToFit("A SLOW", face, 560), "#79383a", Align::kCentre);
  Write(svg, "DESERT", face, {500, 272}, SizeToFit("DESERT", face, 760, 112), "#79383a",
        Align::kCentre);
  Write(svg, "it moves a metre a year. so does he.", {kSans, false, 1, 0.03}, {500, 1420}, 26,
        "#f9efe0", Align::kCentre);
  Write(svg, "1971", {kSans, true, 1, 0.4}, {500, 1462}, 20, "#f9efe0", Align::kCentre);
}

void CartographersWinter(Svg& svg) {
  svg.LinearGradient("ice", 70, {{0, "#f5f7f4"}, {1, "#cfe0e6"}});
  svg.Fill("url(#ice)");
  const struct {
    Point centre;
    int rings;
    double phase;
  } hills[] = {{{640, 560}, 15, 0.4}, {{250, 900}, 9, 2.1}};
  for (const auto& hill : hills) {
    for (int ring = hill.rings; ring >= 1; --ring) {
      std::vector<Point> points;
      for (int i = 0; i < 48; ++i) {
        const double turn = 7.5 * i;
        const double rad = turn * 0.0174533;
        const double r = ring * 38 *
                         (1 + 0.16 * std::sin(2 * rad + hill.phase) +
                          0.11 * std::sin(3 * rad - hill.phase + 0.05 * ring) +
                          0.05 * std::sin(7 * rad + 0.3 * ring));
        const Point p = Polar(hill.centre, r, turn);
        points.push_back({p.x + 4.0 * ring * 0.6, p.y + 3.0 * ring});
      }
      const double t = static_cast<double>(ring) / hill.rings;
      const std::string loop = Loop(points);
      svg.Path(loop, Mix("#1f4e79", "#e6eff1", std::min(1.0, t * 0.95 + 0.12)), 0.9);
      svg.Stroke(loop, "#f9fbfa", ring % 5 == 0 ? 4.5 : 1.8, 0.9);
    }
  }
  for (int i = 1; i < 6; ++i) {  // the graticule
    svg.Stroke(fmt::format("M{0} 0V1500", i * 1000 / 6), "#1f4e79", 1, 0.25);
  }
  for (int i = 1; i < 9; ++i) {
    svg.Stroke(fmt::format("M0 {0}H1000", i * 1500 / 9), "#1f4e79", 1, 0.25);
  }
  svg.Add(
      R"svg(<path d="{}" fill="none" stroke="#d43d2f" stroke-width="9" stroke-dasharray="4 22" stroke-linecap="round"/>)svg",
      Curve({{120, 1130},
             {210, 1010},
             {190, 880},
             {330, 800},
             {470, 840},
             {560, 720},
             {620, 640},
             {655, 575}}));
  svg.Stroke("M630 545L682 601M682 545L630 601", "#d43d2f", 14);
  svg.Circle({120, 1130}, 15, "#d43d2f");
  svg.Rect(0, 1180, 1000, 320, "#f5f7f4");
  svg.Rect(0, 1180, 1000, 5, "#1f4e79");
  Stack(svg, {"The Cartographer’s"}, {kSerif, false, 0.94, 0}, {70, 1222}, 860, 130, 0, "#1f4e79");
  Stack(svg, {"WINTER"}, {kSerif, true, 1, 0.235}, {70, 1316}, 860, 110, 0, "#1f4e79");
  Write(svg, "61°47′N  008°20′E   ·   2003", {kMono, false, 1, 0.02}, {72, 1452}, 25, "#d43d2f");
}

}  // namespace marquee::demo
