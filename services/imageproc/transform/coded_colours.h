// Converts from the colours signalled in a HEIF image (ITU-T H.273) to sRGB (IEC 61966-2-1).
//
// Linear light by the transfer function, primaries by Bradford adaptation to D65 and the matrix
// that follows from both sets of primaries. PQ and HLG (ITU-R BT.2100-2, tables 4 and 5; HLG for a
// display of 1000 cd/m²) are tone-mapped by the largest of the three components, so that hue stays:
//   up to 203 cd/m², diffuse white (ITU-R BT.2408-7, table 1): ITU-R BT.2446-1, method C,
//   section 6.3,
//     of 100 cd/m² for sRGB's white; 203 cd/m² becomes 0.907, in sRGB 0.957;
//   above: t / (1 + t), beginning with the slope reached there and ending at white.
// Against the formulas in double precision the result is within 0.5 (CIEDE2000): rounding to 8
// bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// Whether these colours differ from sRGB. The transfer functions of BT.709 and BT.601 are treated
// as sRGB's, as browsers do for still images; unknown code points mean sRGB.
bool NeedsConversion(const CodedColours& colours);

// Maps cd/m² to linear light relative to sRGB white, 0…1. Strictly increasing.
double ToneMap(double luminance);

// Immutable.
class CodedColourConverter {
 public:
  // Samples are 0…`max_sample` (255 or 65535).
  CodedColourConverter(const CodedColours& colours, int max_sample);

  // `pixels` of `bands` samples (at least three; samples after the third are scaled to 8 bits).
  template <class Sample>
  void Convert(const Sample* from, size_t pixels, size_t bands, uint8_t* to) const;

 private:
  std::array<float, 3> ToLinearSrgb(std::array<float, 3> light) const;

  const int max_sample_;
  const bool is_hlg_;
  const bool is_hdr_;
  std::vector<float> to_light_;      // indexed by sample
  std::vector<uint8_t> from_light_;  // sRGB, indexed by linear light
  std::vector<float> tone_;          // scale, indexed by the square root of luminance
  std::array<float, 9> matrix_{};
};

extern template void CodedColourConverter::Convert(const uint8_t*, size_t, size_t, uint8_t*) const;
extern template void CodedColourConverter::Convert(const uint16_t*, size_t, size_t, uint8_t*) const;

}  // namespace marquee::imageproc
