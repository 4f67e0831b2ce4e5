// The inner loops of resizing, in SIMD, for the best instruction set that the machine has (Highway
// chooses at the first call). All pointers may be unaligned; every line has Plane::kPadding bytes
// beyond its width that may be read and written.
#pragma once

#include <cstdint>

#include "services/imageproc/transform/planar/resample_axis.h"

namespace marquee::imageproc {

// Samples between the two passes are in 64ths and at the end in 32nds before they are rounded, so
// that rounding twice shows nowhere. 64ths leave room for what Lanczos overshoots.
inline constexpr int kFractionBits = 5;
// Lines that are resized together: as many as a JPEG's row of blocks with half colour is high.
inline constexpr int kStripRows = 16;

// What is done to each sample at the end: times scale / 32768, plus offset / 32.
struct Levels {
  int16_t scale = 32767;
  int16_t offset = 0;
};

// out[x] = 64 * the sum over k of rows[k][x] * weights[k] / ResampleAxis::kOne, for x below
// `width`.
void BlendRows(const uint8_t* const* rows, const int16_t* weights, int taps, int width,
               int16_t* out);

// kStripRows lines of `width` samples, `stride` apart, into columns[x * kStripRows + row].
void TurnStrip(const int16_t* rows, int stride, int width, int16_t* columns);

// The other direction, for a strip as TurnStrip made it: resizes its lines by `axis`, of whose
// source the strip begins with sample `origin`, and writes the first `count` lines to out_rows.
// `scratch` holds kStripRows bytes for each sample of a line, rounded up to 16 samples.
void ResizeStrip(const int16_t* columns, int origin, const ResampleAxis& axis, const Levels& levels,
                 uint8_t* scratch, uint8_t* const* out_rows, int count);

// Three bytes a pixel into three lines.
void Deinterleave(const uint8_t* pixels, int width, uint8_t* a, uint8_t* b, uint8_t* c);

}  // namespace marquee::imageproc
