// Resizes one plane while its rows arrive from a decoder, first vertically, then horizontally,
// holding only the rows that are still needed.
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
    int line_samples = 0;  // samples a decoder may write per row, including its padding
    int left = 0;          // first column of the plane in the rows
    int top = 0;           // first row of the plane that arrives
    int rows_at_once = 1;  // most rows between two calls of Advance
    bool operator==(const Source&) const = default;
  };
  // Position of the result in `plane`, which must outlive the resampler.
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

  // Where the decoder must write the row that is `ahead` rows after the last accepted one.
  uint8_t* NextRow(int ahead) { return Row(received_ + ahead); }
  // Accepts that many rows written to NextRow.
  void Advance(int rows);

  // The result is complete: further rows are ignored.
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
  const size_t stride_;  // of the ring buffer
  int capacity_ = 0;     // rows in the ring buffer
  int received_;         // next row of the plane
  int next_ = 0;         // next row of the result
  std::vector<uint8_t> ring_;
  const int window_;               // samples between columns_.begin() and end()
  const int blended_stride_;       // padded by one SIMD vector
  std::vector<int16_t> blended_;   // a strip, resized vertically
  std::vector<int16_t> columnar_;  // the same, transposed
  std::vector<uint8_t> scratch_;
  Plane strip_;  // resized in both directions
};

}  // namespace marquee::imageproc
