// Which source samples contribute to each output sample, and with which weights. Pure arithmetic.
#pragma once

#include <cstdint>
#include <vector>

namespace marquee::imageproc {

// Position of the output samples on a row of source samples. Coordinates are in source samples;
// sample i covers i to i+1.
struct AxisSpan {
  int source = 0;    // number of source samples; beyond the ends the outermost is repeated
  double begin = 0;  // start of the output
  double step = 1;   // source samples per output sample
  int count = 0;     // number of output samples
};

struct ResampleAxis {
  int taps = 0;                  // weights per output sample
  std::vector<int> first;        // output sample i is the sum over k of
  std::vector<int16_t> weights;  // weights[i * taps + k] / kOne * source[first[i] + k]

  // Weights above kOne occur where negative lobes meet an edge.
  static constexpr int kOne = 16384;

  int count() const { return static_cast<int>(first.size()); }
  // Range of source samples used: begin() inclusive, end() exclusive.
  int begin() const { return first.front(); }
  int end() const { return first.back() + taps; }
};

// Lanczos with three lobes, widened when reducing (the default of libvips and sharp). The weights
// of a sample sum to exactly kOne.
ResampleAxis MakeLanczosAxis(const AxisSpan& span);

}  // namespace marquee::imageproc
