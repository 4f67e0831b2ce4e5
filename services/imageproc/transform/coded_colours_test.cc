// Compares the conversion with the formulas of the standards, computed here in double precision.
#include "services/imageproc/transform/coded_colours.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace marquee::imageproc {
namespace {

using Rgb = std::array<double, 3>;

double SrgbOf(double light) {
  const double inside = std::clamp(light, 0.0, 1.0);
  return inside <= 0.0031308 ? 12.92 * inside : 1.055 * std::pow(inside, 1 / 2.4) - 0.055;
}
double LightOf(double signal) {
  return signal <= 0.04045 ? signal / 12.92 : std::pow((signal + 0.055) / 1.055, 2.4);
}
double PqOf(double nits) {
  const double y = std::pow(nits / 10'000, 2610.0 / 16384);
  return std::pow((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y), 78.84375);
}
double NitsOf(double pq) {
  const double root = std::pow(pq, 1 / 78.84375);
  return 10'000 *
         std::pow(std::max(root - 0.8359375, 0.0) / (18.8515625 - 18.6875 * root), 16384.0 / 2610);
}

// CIE 1976 Lab of linear sRGB, D65.
Rgb LabOf(const Rgb& light) {
  const auto f = [](double t) {
    return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  };
  const double x =
      f((0.4124564 * light[0] + 0.3575761 * light[1] + 0.1804375 * light[2]) / 0.95047);
  const double y = f(0.2126729 * light[0] + 0.7151522 * light[1] + 0.0721750 * light[2]);
  const double z =
      f((0.0193339 * light[0] + 0.1191920 * light[1] + 0.9503041 * light[2]) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

// CIEDE2000 (ISO/CIE 11664-6).
double DeltaE(const Rgb& one, const Rgb& other) {
  constexpr double kTurn = 2 * M_PI;
  const double mean_c = (std::hypot(one[1], one[2]) + std::hypot(other[1], other[2])) / 2;
  const auto seventh = [](double c) {
    return std::sqrt(std::pow(c, 7) / (std::pow(c, 7) + std::pow(25.0, 7)));
  };
  const double g = 1.5 - seventh(mean_c) / 2;
  const double a1 = one[1] * g;
  const double a2 = other[1] * g;
  const double c1 = std::hypot(a1, one[2]);
  const double c2 = std::hypot(a2, other[2]);
  const double h1 = std::fmod(std::atan2(one[2], a1) + kTurn, kTurn);
  const double h2 = std::fmod(std::atan2(other[2], a2) + kTurn, kTurn);
  double dh = c1 * c2 == 0 ? 0 : h2 - h1;
  if (dh > M_PI) dh -= kTurn;
  if (dh < -M_PI) dh += kTurn;
  double h = h1 + h2;
  if (c1 * c2 != 0) h = std::abs(h1 - h2) > M_PI ? (h + kTurn) / 2 : h / 2;
  const double c = (c1 + c2) / 2;
  const double l = (one[0] + other[0]) / 2 - 50;
  const auto degrees = [](double d) { return d * M_PI / 180; };
  const double t = 1 - 0.17 * std::cos(h - degrees(30)) + 0.24 * std::cos(2 * h) +
                   0.32 * std::cos(3 * h + degrees(6)) - 0.20 * std::cos(4 * h - degrees(63));
  const double dl = (other[0] - one[0]) / (1 + 0.015 * l * l / std::sqrt(20 + l * l));
  const double dc = (c2 - c1) / (1 + 0.045 * c);
  const double dhh = 2 * std::sqrt(c1 * c2) * std::sin(dh / 2) / (1 + 0.015 * c * t);
  const double turn = degrees(30) * std::exp(-std::pow((h / M_PI * 180 - 275) / 25, 2));
  return std::sqrt(dl * dl + dc * dc + dhh * dhh - std::sin(2 * turn) * 2 * seventh(c) * dc * dhh);
}

std::array<uint8_t, 3> Converted(const CodedColours& colours, const Rgb& signal) {
  const CodedColourConverter converter(colours, 65'535);
  std::array<uint16_t, 3> from{};
  for (size_t c = 0; c < 3; ++c) from[c] = static_cast<uint16_t>(std::lround(signal[c] * 65'535));
  std::array<uint8_t, 3> to{};
  converter.Convert(from.data(), 1, 3, to.data());
  return to;
}

double Error(const CodedColours& colours, const Rgb& signal, const Rgb& exact_light) {
  Rgb clipped = exact_light;
  for (double& value : clipped) value = std::clamp(value, 0.0, 1.0);
  const auto got = Converted(colours, signal);
  return DeltaE(LabOf({LightOf(got[0] / 255.0), LightOf(got[1] / 255.0), LightOf(got[2] / 255.0)}),
                LabOf(clipped));
}

std::vector<Rgb> Signals() {
  std::vector<Rgb> all;
  for (int r = 0; r <= 6; ++r) {
    for (int g = 0; g <= 6; ++g) {
      for (int b = 0; b <= 6; ++b) all.push_back({r / 6.0, g / 6.0, b / 6.0});
    }
  }
  return all;
}

TEST(CodedColoursTest, ConvertsOnlyColoursThatDifferFromSrgb) {
  for (const CodedColours& same :
       {CodedColours{2, 2}, {1, 13}, {1, 1}, {1, 6}, {2, 13}, {1, 200}}) {
    EXPECT_FALSE(NeedsConversion(same)) << same.primaries << " " << same.transfer;
  }
  for (const CodedColours& other :
       {CodedColours{12, 13}, {9, 16}, {9, 18}, {1, 8}, {1, 4}, {11, 17}}) {
    EXPECT_TRUE(NeedsConversion(other)) << other.primaries << " " << other.transfer;
  }
}

TEST(CodedColoursTest, DisplayP3IsWithinHalfADeltaEOfTheFormula) {
  // SMPTE EG 432-1 and IEC 61966-2-1: the product of both matrices.
  const auto exact = [](const Rgb& s) -> Rgb {
    const Rgb p{LightOf(s[0]), LightOf(s[1]), LightOf(s[2])};
    return {1.2249402 * p[0] - 0.2249402 * p[1], -0.0420570 * p[0] + 1.0420570 * p[1],
            -0.0196376 * p[0] - 0.0786361 * p[1] + 1.0982735 * p[2]};
  };
  for (const Rgb& signal : Signals()) {
    EXPECT_LT(Error({12, 13}, signal, exact(signal)), 0.5)
        << signal[0] << " " << signal[1] << " " << signal[2];
  }
}

// BT.2020 to BT.709, linear (ITU-R BT.2087-0).
Rgb ToBt709(const Rgb& l) {
  return {1.660491 * l[0] - 0.587641 * l[1] - 0.072850 * l[2],
          -0.124550 * l[0] + 1.132900 * l[1] - 0.008349 * l[2],
          -0.018151 * l[0] - 0.100579 * l[1] + 1.118730 * l[2]};
}
Rgb ToneMapped(Rgb light) {
  const double most = std::max({light[0], light[1], light[2], 1e-6});
  for (double& value : light) value *= ToneMap(most) / most;
  return ToBt709(light);
}

TEST(CodedColoursTest, PqIsWithinHalfADeltaEOfTheFormula) {
  for (const Rgb& signal : Signals()) {
    const Rgb exact = ToneMapped({NitsOf(signal[0]), NitsOf(signal[1]), NitsOf(signal[2])});
    EXPECT_LT(Error({9, 16}, signal, exact), 0.5)
        << signal[0] << " " << signal[1] << " " << signal[2];
  }
}

TEST(CodedColoursTest, HlgIsWithinHalfADeltaEOfTheFormula) {
  const auto scene = [](double e) {
    return e <= 0.5 ? e * e / 3 : (std::exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12;
  };
  for (const Rgb& signal : Signals()) {
    Rgb light{scene(signal[0]), scene(signal[1]), scene(signal[2])};
    const double luma = 0.2627 * light[0] + 0.6780 * light[1] + 0.0593 * light[2];
    for (double& value : light) value *= 1000 * std::pow(luma, 0.2);
    EXPECT_LT(Error({9, 18}, signal, luma == 0 ? Rgb{} : ToneMapped(light)), 0.5)
        << signal[0] << " " << signal[1] << " " << signal[2];
  }
}

TEST(CodedColoursTest, DiffuseWhiteIsBetweenNineTenthsAndOneOfSrgb) {
  // ITU-R BT.2408: 203 cd/m² is 58 % of PQ and 75 % of HLG.
  const auto pq = Converted({9, 16}, {PqOf(203), PqOf(203), PqOf(203)});
  const auto hlg = Converted({9, 18}, {0.75, 0.75, 0.75});
  for (const auto& white : {pq, hlg}) {
    EXPECT_GE(white[1], 230);
    EXPECT_LE(white[1], 255);
    EXPECT_EQ(white[0], white[1]);
    EXPECT_EQ(white[2], white[1]);
  }
  EXPECT_NEAR(SrgbOf(ToneMap(203)), 0.957, 0.001);
}

TEST(CodedColoursTest, ToneMappingIsStrictlyIncreasingAndStaysBelowWhite) {
  double last = -1;
  for (double nits = 0; nits <= 10'000; nits += nits < 300 ? 0.25 : 25) {
    const double mapped = ToneMap(nits);
    EXPECT_GT(mapped, last) << nits;
    EXPECT_LT(mapped, 1) << nits;
    last = mapped;
  }
  EXPECT_GT(SrgbOf(ToneMap(4000)), SrgbOf(ToneMap(203)) + 0.03)
      << "highlights stay distinguishable from white";
}

}  // namespace
}  // namespace marquee::imageproc
