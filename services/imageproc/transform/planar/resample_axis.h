// Which samples of a line make which sample of the answer, and with what weights. Pure arithmetic.
#pragma once

#include <cstdint>
#include <vector>

namespace marquee::imageproc {

// Where the samples of an answer lie on a line of source samples. Coordinates are in source
// samples, of which number i reaches from i to i+1.
struct AxisSpan {
  int source = 0;    // samples there are; beyond them the outermost goes on
  double begin = 0;  // where the answer begins
  double step = 1;   // source samples a sample of the answer
  int count = 0;     // samples of the answer
};

struct ResampleAxis {
  int taps = 0;                  // weights each sample of the answer has
  std::vector<int> first;        // a sample of the answer is the sum over k of
  std::vector<int16_t> weights;  // weights[i * taps + k] / kOne * source[first[i] + k]

  // Weights above one occur where lobes below zero meet an edge.
  static constexpr int kOne = 16384;

  int count() const { return static_cast<int>(first.size()); }
  // The source samples that are looked at: begin() up to, not including, end().
  int begin() const { return first.front(); }
  int end() const { return first.back() + taps; }
};

// Lanczos with three lobes, widened where the answer is smaller (the default of libvips and sharp).
// Weights of a sample add up to kOne exactly.
ResampleAxis MakeLanczosAxis(const AxisSpan& span);

}  // namespace marquee::imageproc
