#include "tools/demo_posters/designs/designs.h"
#include "tools/demo_posters/lettering.h"
#include "tools/demo_posters/shapes.h"

namespace marquee::demo {
namespace {

// One half of the moth, for the right side of an axis at x = 0; the other half is its mirror image.
void MothWing(Svg& svg) {
  const struct {
    double scale;
    std::string_view colour;
  } layers[] = {
      {1.0, "#c9a66b"}, {0.90, "#20352f"}, {0.82, "#8c4f3a"}, {0.66, "#d8bd84"}, {0.56, "#20352f"}};
  for (const auto& layer : layers) {
    svg.Add(R"svg(<g transform="translate(14 -60) scale({0:.2f})">)svg", layer.scale);
    svg.Path("M0 0C60 -190 250 -330 430 -330C440 -240 400 -160 340 -100C270 -40 120 30 0 40Z",
             layer.colour);
    svg.Close();
    svg.Add(R"svg(<g transform="translate(14 20) scale({0:.2f})">)svg", layer.scale);
    svg.Path("M0 0C120 -30 290 -30 330 60C350 140 280 250 190 300C150 210 60 140 0 110Z",
             layer.colour);
    svg.Close();
  }
  for (const Point& eye : {Point{235, -220}, Point{170, 120}}) {
    svg.Circle(eye, 52, "#d8bd84").Circle(eye, 40, "#20352f").Circle(eye, 24, "#e07a4a");
    svg.Circle({eye.x + 6, eye.y - 6}, 9, "#f4ead2");
  }
  for (int i = 0; i < 7; ++i) {
    svg.Stroke(fmt::format("M30 {}Q{} {} {} {}", -50 - 4 * i, 150, -130 - 22 * i, 300 + 12 * i,
                           -120 - 26 * i),
               "#d8bd84", 2, 0.45);
  }
  svg.Stroke("M10 -150C30 -220 70 -260 120 -280", "#c9a66b", 7);
  for (int i = 0; i < 8; ++i) {
    svg.Stroke(fmt::format("M{} {}l14 -24", 22 + 12 * i, -186 - 12 * i), "#c9a66b", 3);
  }
}

// A robot around x = 0 with its feet at y = 0; `mirror` -1 faces left.
void Robot(Svg& svg, double x, double y, double mirror, std::string_view body,
           std::string_view trim) {
  svg.Add(R"svg(<g transform="translate({:.0f} {:.0f}) scale({:.2f} 1.0)">)svg", x, y, mirror);
  svg.Stroke("M-34 -200L-58 -96L-40 -14", "#23303b", 26);
  svg.Stroke("M34 -200L96 -120L70 -14", "#23303b", 26);
  svg.Path("M-86 0c0 -30 70 -30 70 0ZM40 0c0 -30 76 -30 76 0Z", "#23303b");
  svg.Stroke("M70 -380C140 -380 150 -320 196 -346", "#23303b", 24);
  svg.Stroke("M-70 -380C-140 -340 -120 -280 -70 -262", "#23303b", 24);
  svg.Path("M-92 -430H92L66 -190H-66Z", body);
  svg.Path("M10 -430H92L66 -190H10Z", "#23303b", 0.14);
  svg.Rect(-50, -398, 100, 66, trim, 1, 10);
  svg.Circle({-22, -365}, 15, "#23303b").Circle({22, -365}, 15, "#23303b");
  for (int i = 0; i < 3; ++i) {
    svg.Rect(-36, -306 + 28.0 * i, 72 - 8.0 * i, 12, "#fbf1dc", 0.9, 6);
  }
  svg.Rect(-18, -462, 36, 36, "#23303b");
  svg.Rect(-78, -592, 156, 136, body, 1, 34);
  svg.Rect(-58, -560, 116, 56, "#fbf1dc", 1, 28);
  svg.Circle({-24, -532}, 17, "#23303b").Circle({26, -532}, 17, "#23303b");
  svg.Circle({-19, -537}, 5, "#fbf1dc").Circle({31, -537}, 5, "#fbf1dc");
  svg.Stroke("M-30 -480Q0 -462 30 -480", "#23303b", 6);
  svg.Stroke("M0 -592V-640", "#23303b", 8).Circle({0, -650}, 16, trim);
  svg.Close();
}

}  // namespace

void FoxesKeepHouse(Svg& svg) {
  svg.LinearGradient("mist", 90, {{0, "#dfe8d2"}, {0.6, "#b9cfae"}, {1, "#587f6b"}});
  svg.Fill("url(#mist)");
  svg.Circle({690, 430}, 130, "#fbf6df", 0.9);
  Random random(2009);
  for (int layer = 0; layer < 5; ++layer) {  // trunks, nearer ones darker and thicker
    const double t = layer / 4.0;
    const std::string ink = Mix("#9dbb9c", "#0e2a26", t);
    const int trunks = 11 - 2 * layer;
    for (int i = 0; i < trunks; ++i) {
      const double x = (i + random.In(0.15, 0.85)) * 1000.0 / trunks;
      if (layer >= 3 && x > 260 && x < 740) {
        continue;
      }
      const double half = 8 + 22 * t;
      const double lean = random.In(-26, 26);
      svg.Path(Polygon({{x - half, 1500},
                        {x - half * 0.55 + lean, -20},
                        {x + half * 0.55 + lean, -20},
                        {x + half, 1500}}),
               ink);
      for (int b = 0; b < 3; ++b) {
        const double y = random.In(120, 900);
        const double reach = random.In(-150, 150) * (0.5 + t);
        svg.Stroke(fmt::format("M{:.0f} {:.0f}q{:.0f} {:.0f} {:.0f} {:.0f}", x + lean * 0.5, y,
                               reach * 0.3, -20.0, reach, -90.0),
                   ink, 4 + 7 * t);
      }
    }
    svg.Path(
        Ridge(1000, 1130 + 60 * layer, 70, 0.45, 1500, Random(90 + static_cast<uint64_t>(layer))),
        ink);
  }
  // The fox sits in the clearing: a mask of facets.
  svg.Add(R"svg(<g transform="translate(500 1010)">)svg");
  svg.Path(Polygon({{-230, -330}, {-96, -190}, {-222, -40}}), "#c8461f");
  svg.Path(Polygon({{230, -330}, {96, -190}, {222, -40}}), "#a93615");
  svg.Path(Polygon({{-206, -278}, {-124, -186}, {-198, -96}}), "#3b1a14");
  svg.Path(Polygon({{206, -278}, {124, -186}, {198, -96}}), "#3b1a14");
  svg.Path(Polygon({{-96, -190}, {0, -160}, {0, 250}, {-222, -40}}), "#e8622c");
  svg.Path(Polygon({{96, -190}, {0, -160}, {0, 250}, {222, -40}}), "#cf4d1d");
  svg.Path(Polygon({{-222, -40}, {-250, 60}, {-40, 226}, {0, 250}, {-40, 60}}), "#fbf0dd");
  svg.Path(Polygon({{222, -40}, {250, 60}, {40, 226}, {0, 250}, {40, 60}}), "#e9d8bd");
  svg.Path(Polygon({{-146, 2}, {-62, 36}, {-84, 58}, {-140, 36}}), "#1b1210");
  svg.Path(Polygon({{146, 2}, {62, 36}, {84, 58}, {140, 36}}), "#1b1210");
  svg.Circle({-100, 34}, 7, "#f6d365").Circle({100, 34}, 7, "#f6d365");
  svg.Path(Polygon({{-36, 200}, {36, 200}, {22, 232}, {0, 252}, {-22, 232}}), "#1b1210");
  svg.Close();
  svg.LinearGradient("breath", 90,
                     {{0, "#eef3e4", 0.97}, {0.6, "#eef3e4", 0.85}, {1, "#eef3e4", 0}});
  svg.Rect(0, 0, 1000, 560, "url(#breath)");
  Write(svg, "WHERE FOXES", {kSerif, true, 0.84, 0.01}, {500, 196},
        SizeToFit("WHERE FOXES", {kSerif, true, 0.84, 0.01}, 840), "#0e2a26", Align::kCentre);
  Write(svg, "KEEP HOUSE", {kSerif, true, 0.84, 0.01}, {500, 326},
        SizeToFit("KEEP HOUSE", {kSerif, true, 0.84, 0.01}, 840), "#c8461f", Align::kCentre);
  Write(svg, "knock twice, then be very still", {kSerif, false, 1, 0.02}, {500, 1420}, 28,
        "#dfe8d2", Align::kCentre);
  Write(svg, "2009", {kSerif, false, 1, 0.3}, {500, 1462}, 22, "#e8a25c", Align::kCentre);
}

void BrassSparrow(Svg& svg) {
  svg.Fill("#e9c46a");
  for (int i = 0; i < 5; ++i) {  // a sky of overlapping sheets
    svg.Path(Polygon({{-20, 180.0 + 260 * i},
                      {1020, 60.0 + 290 * i},
                      {1020, 220.0 + 290 * i},
                      {-20, 300.0 + 260 * i}}),
             i % 2 == 0 ? "#f1d58c" : "#e2b650");
  }
  svg.Circle({770, 420}, 150, "#d1495b");
  svg.Stroke("M-20 1140C300 1190 700 1190 1020 1120", "#23303b", 7);
  svg.Stroke("M-20 1230C300 1290 700 1280 1020 1200", "#23303b", 5);
  // The bird is built from quarter discs and triangles.
  svg.Path("M250 900A330 330 0 0 1 580 570V900Z", "#2a6f78");
  svg.Path("M580 570A180 180 0 0 1 760 750H580Z", "#23303b");
  svg.Path("M250 900A330 250 0 0 0 580 1150V900Z", "#f6efe0");
  svg.Path("M580 1150A300 250 0 0 0 760 900V750H580Z", "#b5762a");
  svg.Path("M330 860A250 250 0 0 0 580 1010V760A250 120 0 0 0 330 860Z", "#b5762a");
  svg.Path("M392 880A188 160 0 0 0 580 966V820A188 80 0 0 0 392 880Z", "#e2b650");
  svg.Path("M454 898A126 100 0 0 0 580 936V866A126 50 0 0 0 454 898Z", "#23303b");
  svg.Path(Polygon({{250, 900}, {60, 980}, {120, 1010}, {40, 1070}, {330, 1010}}), "#23303b");
  svg.Path(Polygon({{756, 720}, {880, 764}, {756, 790}}), "#d1495b");
  svg.Circle({668, 716}, 34, "#f6efe0")
      .Circle({674, 714}, 17, "#23303b")
      .Circle({680, 708}, 5, "#f6efe0");
  svg.Stroke("M560 1146V1176M610 1142V1176M534 1178H584M588 1178H640", "#23303b", 10);
  for (int i = 0; i < 3; ++i) {  // rivets: it is a clockwork bird
    svg.Circle({612 + 42.0 * i, 1010}, 11, "#f6d58c");
  }
  const Face face{kSans, true, 0.8, -0.03};
  Write(svg, "brass", face, {64, 250}, SizeToFit("brass", face, 520), "#23303b");
  Write(svg, "sparrow", face, {64, 440}, SizeToFit("sparrow", face, 640, 210), "#23303b");
  Write(svg, "WOUND BY HAND. FLEW BY HEART.", {kSans, true, 1, 0.12}, {68, 1400}, 29, "#23303b");
  Write(svg, "1955", {kSans, false, 1, 0.3}, {68, 1446}, 26, "#8c3a2c");
}

void KingdomOfMoths(Svg& svg) {
  svg.RadialGradient("dark", {0.5, 0.42}, 0.75, {{0, "#2f5a4c"}, {0.5, "#16302b"}, {1, "#070f0f"}});
  svg.Fill("url(#dark)");
  const Point centre{500, 700};
  svg.Ring(centre, 440, "#c9a66b", 2, 0.8).Ring(centre, 452, "#c9a66b", 6, 0.8);
  Random random(2021);
  for (int i = 0; i < 72; ++i) {
    const Point a = Polar(centre, 470, 5.0 * i);
    const Point b = Polar(centre, i % 6 == 0 ? 510 : 486, 5.0 * i);
    svg.Stroke(fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", a.x, a.y, b.x, b.y), "#c9a66b", 2.5,
               0.8);
  }
  for (int i = 0; i < 60; ++i) {
    svg.Circle({random.In(30, 970), random.In(30, 1150)}, random.In(0.8, 2.2), "#f4ead2",
               random.In(0.2, 0.8));
  }
  for (int i = 0; i < 7; ++i) {  // the moon's phases
    const Point at{200.0 + 100 * i, 120};
    const double r = 30 - 3.0 * std::abs(3 - i);
    svg.Circle(at, r, "#f4ead2");
    if (i != 3) {
      svg.Circle({at.x + (i < 3 ? -1 : 1) * r * (0.45 * (4 - std::abs(3 - i))) * 0.62, at.y}, r,
                 "#12241f");
    }
  }
  svg.Add(R"svg(<g transform="translate({} {})">)svg", centre.x, centre.y);
  svg.Open(R"svg(transform="scale(1 1)")svg");
  MothWing(svg);
  svg.Close().Open(R"svg(transform="scale(-1 1)")svg");
  MothWing(svg);
  svg.Close();
  svg.Path(
      "M0 -170C34 -150 38 -90 30 -40C40 60 30 190 0 290C-30 190 -40 60 -30 -40C-38 -90 -34 -150 0 "
      "-170Z",
      "#c9a66b");
  for (int i = 0; i < 8; ++i) {
    const double half = 27 - 2.4 * i;
    svg.Stroke(fmt::format("M{:.0f} {}Q0 {} {:.0f} {}", -half, 10 + 32 * i, 24 + 32 * i, half,
                           10 + 32 * i),
               "#20352f", 6);
  }
  svg.Circle({-14, -140}, 9, "#20352f").Circle({14, -140}, 9, "#20352f");
  svg.Close();
  Write(svg, "KINGDOM OF", {kSerif, false, 1, 0.36}, {500, 1282}, 44, "#c9a66b", Align::kCentre);
  Stack(svg, {"MOTHS"}, {kSerif, true, 0.9, 0.08}, {500, 1312}, 700, 150, 0, "#f4ead2",
        Align::kCentre);
  Write(svg, "every lamp is a throne  ·  2021", {kSerif, false, 1, 0.04}, {500, 1462}, 23,
        "#c9a66b", Align::kCentre);
}

void TangoForTwoRobots(Svg& svg) {
  svg.Fill("#3fb0ac");
  svg.Path(Polygon({{0, 0}, {1000, 0}, {1000, 260}, {0, 560}}), "#f9e7c0");
  svg.Path(Polygon({{1000, 260}, {1000, 330}, {0, 640}, {0, 560}}), "#ef6f53");
  Random random(1958);
  for (int i = 0; i < 12; ++i) {  // atomic-age stars
    const Point at{random.In(60, 940), random.In(620, 1000)};
    const double r = random.In(12, 34);
    std::vector<Point> star;
    for (int k = 0; k < 8; ++k) {
      star.push_back(Polar(at, k % 2 == 0 ? r : r * 0.22, 45.0 * k));
    }
    svg.Path(Polygon(star), i % 3 == 0 ? "#f9e7c0" : "#f6c445", 0.9);
  }
  svg.Path("M0 1260Q500 1160 1000 1260V1500H0Z", "#23303b");
  for (int i = 0; i < 6; ++i) {
    svg.Add(R"svg(<ellipse cx="500" cy="1270" rx="{}" ry="{}" fill="{}"/>)svg", 420 - 66 * i,
            62 - 10 * i, i % 2 == 0 ? "#ef6f53" : "#f6c445");
  }
  Robot(svg, 330, 1268, 1, "#d94f3d", "#f6c445");
  Robot(svg, 670, 1268, -1, "#2d6e8e", "#f9e7c0");
  svg.Circle({500, 924}, 24, "#23303b");
  // A rose.
  svg.Stroke("M470 930L540 900", "#2f8f5b", 7).Circle({548, 896}, 17, "#ef3f53");
  const Face face{kSans, true, 0.78, -0.02};
  Write(svg, "Tango", face, {60, 240}, SizeToFit("Tango", face, 560), "#d94f3d");
  Write(svg, "for two robots", face, {64, 372}, SizeToFit("for two robots", face, 600), "#23303b");
  Write(svg, "SHE LED. HE RUSTED.", {kSans, true, 1, 0.14}, {500, 1402}, 34, "#f9e7c0",
        Align::kCentre);
  Write(svg, "1958", {kSans, false, 1, 0.4}, {500, 1452}, 26, "#f6c445", Align::kCentre);
}

}  // namespace marquee::demo
