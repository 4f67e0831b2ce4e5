// SIMD inner loops of resizing; Highway selects the best instruction set of the machine at the
// first call. Pointers may be unaligned; every row has Plane::kPadding bytes beyond its width that
// may be read and written.
#pragma once

#include <cstdint>

#include "services/imageproc/transform/planar/resample_axis.h"

namespace marquee::imageproc {

// Fixed-point precision: 64ths between the two passes and 32nds before the final rounding, so that
// double rounding is invisible. 64ths leave headroom for the overshoot of Lanczos.
inline constexpr int kFractionBits = 5;
// Rows that are resized together: the height of a JPEG block row with subsampled chroma.
inline constexpr int kStripRows = 16;

// Applied to each sample at the end: multiplied by scale / 32768, plus offset / 32.
struct Levels {
  int16_t scale = 32767;
  int16_t offset = 0;
};

// out[x] = 64 * the sum over k of rows[k][x] * weights[k] / ResampleAxis::kOne, for x below
// `width`.
void BlendRows(const uint8_t* const* rows, const int16_t* weights, int taps, int width,
               int16_t* out);

// Transposes kStripRows rows of `width` samples, `stride` apart, to columns[x * kStripRows + row].
void TurnStrip(const int16_t* rows, int stride, int width, int16_t* columns);

// The reverse, for a strip from TurnStrip: resizes its rows by `axis`, whose source sample `origin`
// is the first of the strip, and writes the first `count` rows to out_rows. `scratch` holds
// kStripRows bytes per sample of a row, rounded up to 16 samples.
void ResizeStrip(const int16_t* columns, int origin, const ResampleAxis& axis, const Levels& levels,
                 uint8_t* scratch, uint8_t* const* out_rows, int count);

// Splits three bytes per pixel into three rows.
void Deinterleave(const uint8_t* pixels, int width, uint8_t* a, uint8_t* b, uint8_t* c);

}  // namespace marquee::imageproc
