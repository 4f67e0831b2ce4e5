// Resizes one plane as its lines come out of a decoder, first in height, then in width, holding
// only the lines that are still needed.
#pragma once

#include <cstdint>
#include <vector>

#include "services/imageproc/transform/planar/plane.h"
#include "services/imageproc/transform/planar/resample_axis.h"
#include "services/imageproc/transform/planar/resample_kernels.h"

namespace marquee::imageproc {

// Not thread-safe.
class PlaneResampler {
 public:
  struct Source {
    int line_samples = 0;  // what a decoder may write of a line, padding of its own included
    int left = 0;          // column of the plane that the lines begin with
    int top = 0;           // row of the plane that comes first
    int rows_at_once = 1;  // most that come between two calls of Advance
    bool operator==(const Source&) const = default;
  };
  // Where in `plane`, which outlives the resampler, the answer goes.
  struct Target {
    Plane* plane = nullptr;
    int left = 0;
    int top = 0;
    bool mirror_x = false;
    bool mirror_y = false;
    Levels levels = {};
  };

  PlaneResampler(ResampleAxis columns, ResampleAxis rows, const Source& source,
                 const Target& target);

  // Where the decoder is to put the line that comes `ahead` lines after the last that was taken.
  uint8_t* NextRow(int ahead) { return Row(received_ + ahead); }
  // That many lines were put there.
  void Advance(int rows);

  // All of the answer is there: further lines change nothing.
  bool done() const { return next_ == rows_.count(); }

 private:
  uint8_t* Row(int row) {
    return ring_.data() + stride_ * static_cast<size_t>((row - source_.top) % capacity_);
  }
  void ResizeRows(int begin, int end);

  const ResampleAxis columns_;
  const ResampleAxis rows_;
  const Source source_;
  const Target target_;
  const size_t stride_;  // of the ring
  int capacity_ = 0;     // lines of the ring
  int received_;         // the row of the plane that comes next
  int next_ = 0;         // the row of the answer that is made next
  std::vector<uint8_t> ring_;
  const int window_;               // samples between columns_.begin() and end()
  const int blended_stride_;       // room for a vector more
  std::vector<int16_t> blended_;   // a strip, resized in height
  std::vector<int16_t> columnar_;  // the same, turned
  std::vector<uint8_t> scratch_;
  Plane strip_;  // resized both ways
};

}  // namespace marquee::imageproc
