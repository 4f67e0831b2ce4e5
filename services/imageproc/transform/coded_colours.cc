#include "services/imageproc/transform/coded_colours.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace marquee::imageproc {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<double, 9>;

// Code points of ITU-T H.273, tables 2 and 3.
constexpr int kGamma22 = 4;
constexpr int kGamma28 = 5;
constexpr int kLinear = 8;
constexpr int kPq = 16;
constexpr int kSmpte428 = 17;
constexpr int kHlg = 18;

constexpr double kPqPeak = 10'000;
constexpr double kHlgPeak = 1'000;
constexpr double kDiffuseWhite = 203;

struct Chromaticity {
  double x = 0;
  double y = 0;
};
struct Primaries {
  Chromaticity red;
  Chromaticity green;
  Chromaticity blue;
  Chromaticity white;
};
constexpr Chromaticity kD65{0.3127, 0.3290};
constexpr Chromaticity kIlluminantC{0.310, 0.316};
constexpr Primaries kSrgbPrimaries{{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, kD65};

std::optional<Primaries> PrimariesOf(int number) {
  switch (number) {
    case 4:
      return Primaries{{0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}, kIlluminantC};
    case 5:
      return Primaries{{0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}, kD65};
    case 6:
    case 7:
      return Primaries{{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, kD65};
    case 8:
      return Primaries{{0.681, 0.319}, {0.243, 0.692}, {0.145, 0.049}, kIlluminantC};
    case 9:
      return Primaries{{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, kD65};
    case 11:
      return Primaries{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, {0.314, 0.351}};
    case 12:
      return Primaries{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, kD65};
    case 22:
      return Primaries{{0.630, 0.340}, {0.295, 0.605}, {0.155, 0.077}, kD65};
    default:
      return std::nullopt;
  }
}

Vector Times(const Matrix& m, const Vector& v) {
  return {m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
          m[6] * v[0] + m[7] * v[1] + m[8] * v[2]};
}

Matrix Times(const Matrix& a, const Matrix& b) {
  Matrix product{};
  for (size_t row = 0; row < 3; ++row) {
    for (size_t column = 0; column < 3; ++column) {
      for (size_t k = 0; k < 3; ++k)
        product[3 * row + column] += a[3 * row + k] * b[3 * k + column];
    }
  }
  return product;
}

Matrix Inverse(const Matrix& m) {
  const Matrix adjugate{
      m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]};
  const double determinant = m[0] * adjugate[0] + m[1] * adjugate[3] + m[2] * adjugate[6];
  Matrix inverse;
  for (size_t i = 0; i < 9; ++i) inverse[i] = adjugate[i] / determinant;
  return inverse;
}

Vector ToXyz(Chromaticity c) { return {c.x / c.y, 1, (1 - c.x - c.y) / c.y}; }

Matrix Diagonal(const Vector& v) { return {v[0], 0, 0, 0, v[1], 0, 0, 0, v[2]}; }

// SMPTE RP 177: matrix from linear RGB to XYZ, relative to the white point of the primaries.
Matrix RgbToXyz(const Primaries& p) {
  const Vector red = ToXyz(p.red);
  const Vector green = ToXyz(p.green);
  const Vector blue = ToXyz(p.blue);
  const Matrix columns{red[0],  green[0], blue[0],  red[1], green[1],
                       blue[1], red[2],   green[2], blue[2]};
  return Times(columns, Diagonal(Times(Inverse(columns), ToXyz(p.white))));
}

// Bradford chromatic adaptation (ICC.1:2010, annex E).
Matrix Adaptation(Chromaticity from, Chromaticity to) {
  const Matrix bradford{0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296};
  const Vector a = Times(bradford, ToXyz(from));
  const Vector b = Times(bradford, ToXyz(to));
  return Times(Inverse(bradford),
               Times(Diagonal({b[0] / a[0], b[1] / a[1], b[2] / a[2]}), bradford));
}

double FromSrgb(double signal) {
  return signal <= 0.04045 ? signal / 12.92 : std::pow((signal + 0.055) / 1.055, 2.4);
}

double ToSrgb(double light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

// ITU-R BT.2100-2, table 4: cd/m².
double FromPq(double signal) {
  constexpr double kM1 = 2610.0 / 16384;
  constexpr double kM2 = 2523.0 / 4096 * 128;
  constexpr double kC1 = 3424.0 / 4096;
  constexpr double kC2 = 2413.0 / 4096 * 32;
  constexpr double kC3 = 2392.0 / 4096 * 32;
  const double root = std::pow(signal, 1 / kM2);
  return kPqPeak * std::pow(std::max(root - kC1, 0.0) / (kC2 - kC3 * root), 1 / kM1);
}

// ITU-R BT.2100-2, table 5: scene light, 0…1.
double FromHlg(double signal) {
  constexpr double kA = 0.17883277;
  constexpr double kB = 1 - 4 * kA;
  const double c = 0.5 - kA * std::log(4 * kA);
  return signal <= 0.5 ? signal * signal / 3 : (std::exp((signal - c) / kA) + kB) / 12;
}

// System gamma of HLG's reference display (table 5, note 5f).
constexpr double kHlgGamma = 1.2;

double ToLight(int transfer, double signal) {
  switch (transfer) {
    case kGamma22:
      return std::pow(signal, 2.2);
    case kGamma28:
      return std::pow(signal, 2.8);
    case kLinear:
      return signal;
    case kSmpte428:
      return std::pow(signal, 2.6) * 52.37 / 48;
    case kPq:
      return FromPq(signal);
    case kHlg:
      return FromHlg(signal);
    default:
      return FromSrgb(signal);
  }
}

// Entries per lookup table: at the dark end of sRGB, one step of linear light is 1/20 of an 8-bit
// level.
constexpr size_t kLightSteps = 65'536;
constexpr size_t kToneSteps = 16'384;
// BT.2020's luminance (BT.2100-2, table 5).
constexpr float kLumaRed = 0.2627F;
constexpr float kLumaGreen = 0.6780F;
constexpr float kLumaBlue = 0.0593F;

// For SDR, sRGB white is 1; for HDR, light is in cd/m².
float ToneScale(double luminance) {
  // At black, the limit is the slope of the curve.
  constexpr double kLeast = 1e-3;
  const double above = std::max(luminance, kLeast);
  return static_cast<float>(ToneMap(above) / above);
}

}  // namespace

bool NeedsConversion(const CodedColours& colours) {
  const bool other_light = colours.transfer == kGamma22 || colours.transfer == kGamma28 ||
                           colours.transfer == kLinear || colours.transfer == kPq ||
                           colours.transfer == kSmpte428 || colours.transfer == kHlg;
  return other_light || PrimariesOf(colours.primaries).has_value();
}

double ToneMap(double luminance) {
  // ITU-R BT.2446-1, section 6.3.
  constexpr double kK1 = 0.83802;
  constexpr double kK2 = 15.09968;
  constexpr double kK3 = 0.74204;
  constexpr double kK4 = 78.99439;
  constexpr double kInflection = 58.5 / kK1;
  const auto logarithmic = [](double y) {
    return (kK2 * std::log(y / kInflection - kK3) + kK4) / 100;
  };
  if (luminance <= kInflection) return luminance * kK1 / 100;
  if (luminance <= kDiffuseWhite) return logarithmic(luminance);
  const double white = logarithmic(kDiffuseWhite);
  const double slope = kK2 / (kDiffuseWhite - kK3 * kInflection) / 100;
  const double t = (luminance - kDiffuseWhite) * slope / (1 - white);
  return white + (1 - white) * t / (1 + t);
}

CodedColourConverter::CodedColourConverter(const CodedColours& colours, int max_sample)
    : max_sample_(max_sample),
      is_hlg_(colours.transfer == kHlg),
      is_hdr_(colours.transfer == kHlg || colours.transfer == kPq) {
  to_light_.reserve(static_cast<size_t>(max_sample) + 1);
  for (int sample = 0; sample <= max_sample; ++sample) {
    to_light_.push_back(
        static_cast<float>(ToLight(colours.transfer, static_cast<double>(sample) / max_sample)));
  }
  from_light_.reserve(kLightSteps + 1);
  for (size_t i = 0; i <= kLightSteps; ++i) {
    from_light_.push_back(
        static_cast<uint8_t>(std::lround(255 * ToSrgb(static_cast<double>(i) / kLightSteps))));
  }
  for (size_t i = 0; is_hdr_ && i <= kToneSteps; ++i) {
    const double root = static_cast<double>(i) / kToneSteps;
    tone_.push_back(ToneScale(root * root * kPqPeak));
  }
  const Primaries from = PrimariesOf(colours.primaries).value_or(kSrgbPrimaries);
  const Matrix matrix = Times(Inverse(RgbToXyz(kSrgbPrimaries)),
                              Times(Adaptation(from.white, kSrgbPrimaries.white), RgbToXyz(from)));
  std::transform(matrix.begin(), matrix.end(), matrix_.begin(),
                 [](double value) { return static_cast<float>(value); });
}

std::array<float, 3> CodedColourConverter::ToLinearSrgb(std::array<float, 3> light) const {
  if (is_hlg_) {
    const float scene = kLumaRed * light[0] + kLumaGreen * light[1] + kLumaBlue * light[2];
    const auto gain = static_cast<float>(kHlgPeak * std::pow(scene, kHlgGamma - 1));
    for (float& value : light) value *= gain;
  }
  if (is_hdr_) {
    const float largest = std::max({light[0], light[1], light[2]});
    // Indexed by square root, which gives dark values more entries.
    const float root = std::sqrt(std::min(largest / static_cast<float>(kPqPeak), 1.0F));
    const float at = root * kToneSteps;
    const auto below = std::min(static_cast<size_t>(at), kToneSteps - 1);
    const float part = at - static_cast<float>(below);
    const float scale = tone_[below] + (tone_[below + 1] - tone_[below]) * part;
    for (float& value : light) value *= scale;
  }
  const auto& m = matrix_;
  return {m[0] * light[0] + m[1] * light[1] + m[2] * light[2],
          m[3] * light[0] + m[4] * light[1] + m[5] * light[2],
          m[6] * light[0] + m[7] * light[1] + m[8] * light[2]};
}

template <class Sample>
void CodedColourConverter::Convert(const Sample* from, size_t pixels, size_t bands,
                                   uint8_t* to) const {
  for (size_t i = 0; i < pixels; ++i, from += bands, to += bands) {
    const std::array<float, 3> light =
        ToLinearSrgb({to_light_[from[0]], to_light_[from[1]], to_light_[from[2]]});
    for (size_t c = 0; c < 3; ++c) {
      const float inside = std::clamp(light[c], 0.0F, 1.0F);
      to[c] = from_light_[static_cast<size_t>(std::lround(inside * kLightSteps))];
    }
    for (size_t c = 3; c < bands; ++c) {
      to[c] =
          static_cast<uint8_t>((uint32_t{from[c]} * 255 + static_cast<uint32_t>(max_sample_) / 2) /
                               static_cast<uint32_t>(max_sample_));
    }
  }
}

template void CodedColourConverter::Convert(const uint8_t*, size_t, size_t, uint8_t*) const;
template void CodedColourConverter::Convert(const uint16_t*, size_t, size_t, uint8_t*) const;

}  // namespace marquee::imageproc
