#include "tools/demo_posters/designs/designs.h"
#include "tools/demo_posters/lettering.h"
#include "tools/demo_posters/shapes.h"

namespace marquee::demo {
namespace {

// Five petals and a lip around `centre`, as a neon tube would draw them.
void NeonOrchid(Svg& svg, Point centre, double r, std::string_view colour, double width) {
  for (int i = 0; i < 5; ++i) {
    const double turn = -90 + 72.0 * i;
    const Point tip = Polar(centre, r, turn);
    const Point a = Polar(centre, r * 0.72, turn - 34);
    const Point b = Polar(centre, r * 0.72, turn + 34);
    svg.Stroke(
        fmt::format("M{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}",
                    centre.x, centre.y, a.x, a.y, tip.x, tip.y, b.x, b.y, centre.x, centre.y),
        colour, width);
  }
  svg.Ring(centre, r * 0.16, colour, width);
}

}  // namespace

void OrchidGarageScene(Svg& svg) {
  const double w = svg.w();
  const double h = svg.h();
  const double u = h / 1500;
  svg.LinearGradient("smog", 90, {{0, "#0b0d1f"}, {0.45, "#2a1240"}, {0.68, "#7c1f4f"}});
  svg.RadialGradient("halo", {0.5, 0.5}, 0.5, {{0, "#ff3f8e", 0.55}, {1, "#ff3f8e", 0}});
  svg.LinearGradient("wet", 90, {{0, "#38133f"}, {1, "#07060f"}});
  svg.Blur("tube", 13 * u);
  svg.Blur("puddle", 24 * u);
  svg.Fill("url(#smog)");
  const double street = h * 0.74;
  Random random(79);
  for (int layer = 0; layer < 3; ++layer) {  // towers, nearer ones darker, some windows lit
    double x = -30;
    while (x < w) {
      const double width = random.In(70, 150) * u;
      const double height = random.In(330, 760) * u * (1.0 - 0.18 * layer);
      svg.Rect(x, street - height, width, height, Mix("#4c1d52", "#0d0a1c", layer / 2.0));
      for (double wy = street - height + 26 * u; wy < street - 60 * u; wy += 34 * u) {
        for (double wx = x + 14 * u; wx + 14 * u < x + width; wx += 28 * u) {
          if (random.In(0, 1) < 0.17) {
            svg.Rect(wx, wy, 12 * u, 18 * u, random.Below(3) == 0 ? "#ff9a5c" : "#ffd98a",
                     0.35 + 0.2 * layer);
          }
        }
      }
      x += width + random.In(4, 60) * u * (layer + 1) * 0.5;
    }
  }
  const Point sign{w * 0.5, h * 0.46};
  svg.Circle(sign, 430 * u, "url(#halo)");
  svg.Rect(sign.x - 6 * u, sign.y + 150 * u, 12 * u, street - sign.y - 150 * u, "#07060f");
  svg.Open(R"svg(filter="url(#tube)")svg");
  NeonOrchid(svg, sign, 190 * u, "#ff3f8e", 22 * u);
  svg.Close();
  NeonOrchid(svg, sign, 190 * u, "#ffc4dd", 7 * u);
  // The garage with its open door.
  svg.Rect(sign.x - 250 * u, street - 190 * u, 500 * u, 190 * u, "#07060f");
  svg.LinearGradient("door", 90, {{0, "#ffd98a"}, {1, "#ff8a4c"}});
  svg.Rect(sign.x - 150 * u, street - 140 * u, 300 * u, 140 * u, "url(#door)");
  // A coupé in front of the light.
  svg.Add(R"svg(<g transform="translate({:.1f} {:.1f}) scale({:.3f})">)svg", sign.x, street, u);
  svg.Path(
      "M-132 -6C-134 -40 -120 -48 -84 -52C-56 -84 -38 -92 4 -92C48 -92 64 -74 84 -54"
      "C118 -50 134 -42 134 -6Z",
      "#12081f");
  svg.Path("M-66 -54C-46 -78 -34 -82 -8 -82V-54ZM4 -82C40 -82 52 -72 68 -54H4Z", "#ffb26b", 0.75);
  svg.Circle({-82, -6}, 25, "#12081f").Circle({84, -6}, 25, "#12081f");
  svg.Circle({-82, -6}, 10, "#7c1f4f").Circle({84, -6}, 10, "#7c1f4f");
  svg.Circle({-127, -30}, 7, "#fff3c9");
  svg.Close();
  svg.Rect(0, street, w, h - street, "url(#wet)");
  svg.Open(R"svg(filter="url(#puddle)")svg");
  svg.Rect(sign.x - 140 * u, street + 8 * u, 280 * u, 150 * u, "#ff8a4c", 0.5);
  svg.Rect(sign.x - 90 * u, street + 120 * u, 180 * u, 240 * u, "#ff3f8e", 0.38);
  svg.Close();
  for (int i = 0; i < 40; ++i) {
    const double y = street + random.In(10, 0.25 * h);
    svg.Rect(random.In(0, w), y, random.In(30, 190) * u, random.In(1.5, 4) * u, "#ff9ac4",
             random.In(0.06, 0.25));
  }
  for (int i = 0; i < 130; ++i) {  // rain
    const double x = random.In(0, w);
    const double y = random.In(0, h);
    svg.Stroke(fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}", x, y, -7 * u, 46 * u), "#d9c9ff",
               1.4 * u, 0.16);
  }
}

void OrchidGarage(Svg& svg) {
  OrchidGarageScene(svg);
  Write(svg, "THE", {kSans, true, 1, 0.6}, {84, 132}, 40, "#ffc4dd");
  Stack(svg, {"ORCHID"}, {kSans, true, 0.72, 0.02}, {80, 158}, 840, 260, 0, "#ffc4dd");
  Write(svg, "GARAGE", {kSans, false, 1, 0.52}, {82, 442},
        SizeToFit("GARAGE", {kSans, false, 1, 0.52}, 840), "#ff3f8e");
  Write(svg, "open all night. closed for good.", {kSans, false, 1, 0.04}, {500, 1420}, 28,
        "#ffc4dd", Align::kCentre);
  Write(svg, "1979", {kSans, true, 1, 0.4}, {500, 1462}, 20, "#ff9a5c", Align::kCentre);
}

void AllTheLitWindows(Svg& svg) {
  svg.Fill("#172033");
  Random random(1985);
  const std::string_view lamps[] = {"#f6c453", "#f29f4b", "#f9e0a2", "#e8734a", "#9ad0c2"};
  constexpr int kColumns = 7;
  constexpr int kRows = 11;
  constexpr double kCellW = 1000.0 / kColumns;
  constexpr double kCellH = 1500.0 / kRows;
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      const bool sign = row >= 4 && row <= 6;
      if (sign) {
        continue;
      }
      const double x = column * kCellW + 22;
      const double y = row * kCellH + 18;
      const double w = kCellW - 44;
      const double h = kCellH - 36;
      const bool lit = random.In(0, 1) < 0.42;
      const std::string_view lamp = lamps[random.Below(5)];
      const int inside = random.Below(6);
      svg.Rect(x - 5, y - 5, w + 10, h + 10, "#0e1524");
      svg.Rect(x, y, w, h, lit ? lamp : "#24314b");
      if (lit && inside == 0) {  // a cat on the sill
        const double cx = x + w * 0.6;
        const double cy = y + h;
        svg.Path(
            fmt::format("M{0:.0f} {1:.0f}c-4 -34 4 -42 8 -48l-4 -18 12 8h10l12 -8 -4 18c8 10 14 "
                        "20 10 48Z",
                        cx - 20, cy),
            "#172033");
      } else if (lit && inside == 1) {  // someone reading
        svg.Circle({x + w * 0.4, y + h * 0.45}, 14, "#172033");
        svg.Path(Polygon({{x + w * 0.2, y + h},
                          {x + w * 0.28, y + h * 0.62},
                          {x + w * 0.54, y + h * 0.62},
                          {x + w * 0.66, y + h}}),
                 "#172033");
      } else if (lit && inside == 2) {  // a plant
        svg.Rect(x + w * 0.36, y + h * 0.74, w * 0.28, h * 0.26, "#7a3b2e");
        for (int leaf = -2; leaf <= 2; ++leaf) {
          svg.Stroke(fmt::format("M{:.0f} {:.0f}q{} -20 {} -46", x + w / 2, y + h * 0.74, leaf * 4,
                                 leaf * 13),
                     "#2c5a45", 6);
        }
      } else if (lit && inside == 3) {  // a hanging lamp
        svg.Stroke(fmt::format("M{0:.0f} {1:.0f}v{2:.0f}", x + w / 2, y, h * 0.25), "#172033", 3);
        svg.Path(Polygon({{x + w * 0.5 - 10, y + h * 0.25},
                          {x + w * 0.5 + 10, y + h * 0.25},
                          {x + w * 0.5 + 28, y + h * 0.42},
                          {x + w * 0.5 - 28, y + h * 0.42}}),
                 "#b5402f");
      }
      svg.Rect(x + w / 2 - 2.5, y, 5, h, "#0e1524", lit && inside < 4 ? 0.0 : 1.0);
      svg.Rect(x, y + h * 0.3, w, 4, "#0e1524", lit && inside < 4 ? 0.0 : 1.0);
      svg.Rect(x - 9, y + h + 5, w + 18, 7, "#31415f");
    }
  }
  Stack(svg, {"ALL THE LIT", "WINDOWS"}, {kSans, true, 0.62, 0.01}, {500, 570}, 900, 190, 30,
        "#f9e0a2", Align::kCentre);
  Write(svg, "seventy-seven rooms, one Tuesday", {kSans, false, 1, 0.05}, {500, 938}, 30, "#9ad0c2",
        Align::kCentre);
}

void ElevenRooms(Svg& svg) {
  svg.Fill("#e8ddc9");
  constexpr int kRooms = 11;
  for (int i = 0; i < kRooms; ++i) {  // each doorway stands in the one before
    const double t = static_cast<double>(i) / (kRooms - 1);
    const double scale = 1.0 / (1 + 0.42 * i);
    const double w = 1000 * scale;
    const double h = 1260 * scale;
    const double x = 500 - w / 2 + 70 * t;
    const double floor = 1130 - 260 * (1 - scale);
    const std::string wall =
        i % 2 == 0 ? Mix("#1d3b45", "#f2a65a", t) : Mix("#27505a", "#f7c87e", t);
    svg.Rect(x, floor - h, w, h, wall);
    svg.Path(Polygon({{x, floor},
                      {x + w, floor},
                      {x + w * 0.84, floor - h * 0.09},
                      {x + w * 0.18, floor - h * 0.09}}),
             Mix("#122830", "#e88d4a", t));
    svg.Path(Polygon({{x, floor - h},
                      {x + w * 0.12, floor - h * 0.93},
                      {x + w * 0.12, floor - h * 0.06},
                      {x, floor}}),
             "#0b1b21", 0.30 * (1 - t));
  }
  const Point light{570, 876};
  svg.RadialGradient("lamp", {0.5, 0.5}, 0.5,
                     {{0, "#fff6d8", 0.95}, {0.4, "#ffe2a0", 0.4}, {1, "#ffe2a0", 0}});
  svg.Circle({light.x, light.y - 80}, 250, "url(#lamp)");
  svg.Rect(light.x - 13, light.y - 66, 26, 66, "#122830", 1, 10);
  svg.Circle({light.x, light.y - 78}, 13, "#122830");
  svg.Path(Polygon({{light.x - 11, light.y - 4},
                    {light.x + 11, light.y - 4},
                    {light.x - 30, 1118},
                    {light.x - 130, 1118}}),
           "#0b1b21", 0.35);
  svg.Rect(0, 1130, 1000, 370, "#e8ddc9");
  Write(svg, "11", {kSerif, true, 0.9, -0.04}, {66, 1440}, 330, "#c4522f");
  Write(svg, "Eleven", {kSerif, false, 1, 0}, {520, 1290}, 118, "#1d3b45");
  Write(svg, "Rooms", {kSerif, false, 1, 0}, {520, 1404}, 118, "#1d3b45");
  Write(svg, "1999   the last one is occupied", {kSerif, false, 1, 0}, {524, 1450}, 23, "#c4522f");
}

void SteamAndCardamom(Svg& svg) {
  svg.LinearGradient("wall", 90, {{0, "#7c1d2b"}, {1, "#b23a35"}});
  svg.Fill("url(#wall)");
  // Tiles behind, drawn as quarter arcs in two directions.
  for (int row = 0; row < 12; ++row) {
    for (int column = 0; column < 8; ++column) {
      const double x = column * 125;
      const double y = row * 125;
      const bool turn = (row + column) % 2 == 0;
      svg.Stroke(turn ? fmt::format("M{} {}a62 62 0 0 1 62 62", x, y)
                      : fmt::format("M{} {}a62 62 0 0 0 -62 62", x + 125, y),
                 "#d9603f", 3, 0.35);
      svg.Circle({x + 62, y + 62}, 5, "#f0a54a", 0.35);
    }
  }
  svg.Circle({500, 760}, 400, "#f0a54a");
  svg.Circle({500, 760}, 400, "#f6c667", 0.4);
  for (int i = 0; i < 3; ++i) {  // steam: three ribbons that widen upwards
    const double x = 390 + 110.0 * i;
    svg.Stroke(Curve({{x, 560}, {x - 34, 490}, {x + 34, 390}, {x - 30, 290}, {x + 6, 215}}),
               "#fff4df", 30 - 4.0 * i, 0.92);
  }
  svg.Rect(0, 1040, 1000, 460, "#3c0f1c");
  svg.Rect(0, 1040, 1000, 14, "#f6c667");
  // The pot: body, neck, lid, spout, handle.
  svg.Path("M690 700C850 640 850 930 690 930V890C790 880 790 720 690 750Z", "#0f4c4a");
  svg.Path("M320 830C250 820 220 740 196 660L150 640L160 620L232 634C262 690 290 720 340 720Z",
           "#0f4c4a");
  svg.Path(
      "M300 820C300 680 390 620 500 620C610 620 700 680 700 820C700 960 640 1040 600 1040H400"
      "C360 1040 300 960 300 820Z",
      "#15706a");
  svg.Path(
      "M560 624C650 650 700 720 700 820C700 960 640 1040 600 1040H520C620 980 640 760 560 624Z",
      "#0f4c4a");
  svg.Path("M400 632C420 590 580 590 600 632C570 618 430 618 400 632Z", "#f6c667");
  svg.Circle({500, 588}, 20, "#f6c667");
  for (int i = 0; i < 9; ++i) {
    const double x = 336 + 41.0 * i;
    svg.Path(Polygon({{x, 822}, {x + 20, 794}, {x + 40, 822}, {x + 20, 850}}), "#f6c667",
             i % 2 == 0 ? 1 : 0.55);
  }
  for (const Point& pod : {Point{190, 1100}, Point{270, 1150}, Point{770, 1110}, Point{850, 1160},
                           Point{700, 1166}}) {  // cardamom
    svg.Add(R"svg(<g transform="translate({} {}) rotate({})">)svg", pod.x, pod.y, pod.x * 0.3);
    svg.Path("M-40 0C-24 -22 20 -22 42 0C20 22 -24 22 -40 0Z", "#9db65a");
    svg.Stroke("M-30 -2C-10 -8 12 -8 32 -2M-30 4C-10 10 12 10 32 4", "#5f7a35", 3);
    svg.Close();
  }
  Stack(svg, {"Steam & Cardamom"}, {kSerif, true, 0.9, -0.01}, {500, 1250}, 880, 140, 0, "#f6c667",
        Align::kCentre);
  Write(svg, "a family recipe, missing one ingredient", {kSerif, false, 1, 0.01}, {500, 1392}, 30,
        "#fff4df", Align::kCentre);
  Write(svg, "2011", {kSerif, false, 1, 0.3}, {500, 1450}, 24, "#f0a54a", Align::kCentre);
}

}  // namespace marquee::demo
