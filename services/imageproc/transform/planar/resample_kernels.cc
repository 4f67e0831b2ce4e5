#include "services/imageproc/transform/planar/resample_kernels.h"

// Highway compiles the rest of this file once per instruction set, from foreach_target.h on.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "services/imageproc/transform/planar/resample_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace marquee::imageproc::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void BlendRows(const uint8_t* const* rows, const int16_t* weights, int taps, int width,
               int16_t* out) {
  const hn::ScalableTag<int16_t> words;
  const hn::Rebind<uint8_t, decltype(words)> bytes;
  const auto lanes = static_cast<int>(hn::Lanes(words));
  // MulFixedPoint15 with a weight of 16384 = 1 halves the value: 128ths become 64ths.
  constexpr int kShift = 7;
  // Two vectors per iteration, so that weights are loaded half as often.
  for (int x = 0; x < width; x += 2 * lanes) {
    auto low = hn::Zero(words);
    auto high = hn::Zero(words);
    for (int k = 0; k < taps; ++k) {
      const auto weight = hn::Set(words, weights[k]);
      const auto a = hn::PromoteTo(words, hn::LoadU(bytes, rows[k] + x));
      const auto b = hn::PromoteTo(words, hn::LoadU(bytes, rows[k] + x + lanes));
      low = hn::Add(low, hn::MulFixedPoint15(hn::ShiftLeft<kShift>(a), weight));
      high = hn::Add(high, hn::MulFixedPoint15(hn::ShiftLeft<kShift>(b), weight));
    }
    hn::StoreU(low, words, out + x);
    hn::StoreU(high, words, out + x + lanes);
  }
}

// Transposes 8×8 samples in three steps of interleaving.
HWY_INLINE void Turn8x8(const int16_t* from, int stride, int16_t* to, int to_stride) {
  const hn::FixedTag<int16_t, 8> words;
  const hn::FixedTag<int32_t, 4> pairs;
  const hn::FixedTag<int64_t, 2> quads;
  using Vec = hn::Vec<decltype(words)>;
  Vec in[8];
  for (int i = 0; i < 8; ++i) in[i] = hn::LoadU(words, from + i * stride);
  hn::Vec<decltype(pairs)> two[8];
  for (int i = 0; i < 4; ++i) {
    two[i] = hn::BitCast(pairs, hn::InterleaveLower(words, in[2 * i], in[2 * i + 1]));
    two[4 + i] = hn::BitCast(pairs, hn::InterleaveUpper(words, in[2 * i], in[2 * i + 1]));
  }
  hn::Vec<decltype(quads)> four[8];
  for (int half = 0; half < 2; ++half) {
    const auto* t = two + 4 * half;
    auto* f = four + 4 * half;
    f[0] = hn::BitCast(quads, hn::InterleaveLower(pairs, t[0], t[1]));
    f[1] = hn::BitCast(quads, hn::InterleaveUpper(pairs, t[0], t[1]));
    f[2] = hn::BitCast(quads, hn::InterleaveLower(pairs, t[2], t[3]));
    f[3] = hn::BitCast(quads, hn::InterleaveUpper(pairs, t[2], t[3]));
  }
  for (int half = 0; half < 2; ++half) {
    const auto* f = four + 4 * half;
    int16_t* out = to + 4 * half * to_stride;
    hn::StoreU(hn::BitCast(words, hn::InterleaveLower(quads, f[0], f[2])), words, out);
    hn::StoreU(hn::BitCast(words, hn::InterleaveUpper(quads, f[0], f[2])), words, out + to_stride);
    hn::StoreU(hn::BitCast(words, hn::InterleaveLower(quads, f[1], f[3])), words,
               out + 2 * to_stride);
    hn::StoreU(hn::BitCast(words, hn::InterleaveUpper(quads, f[1], f[3])), words,
               out + 3 * to_stride);
  }
}

void TurnStrip(const int16_t* rows, int stride, int width, int16_t* columns) {
  for (int x = 0; x < width; x += 8) {
    for (int y = 0; y < kStripRows; y += 8) {
      Turn8x8(rows + y * stride + x, stride, columns + x * kStripRows + y, kStripRows);
    }
  }
}

// Transposes sixteen columns of sixteen bytes back into rows; `to` has a pointer for each row.
HWY_INLINE void Turn16x16(const uint8_t* columns, uint8_t* const* to, int x, int count) {
  const hn::FixedTag<uint8_t, 16> bytes;
  using Vec = hn::Vec<decltype(bytes)>;
  Vec a[16];
  Vec b[16];
  for (int i = 0; i < 16; ++i) a[i] = hn::LoadU(bytes, columns + 16 * i);
  // Four perfect shuffles transpose a 16×16 block: each step interleaves row i with row i + 8.
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 8; ++i) {
      b[2 * i] = hn::InterleaveLower(bytes, a[i], a[i + 8]);
      b[2 * i + 1] = hn::InterleaveUpper(bytes, a[i], a[i + 8]);
    }
    for (int i = 0; i < 16; ++i) a[i] = b[i];
  }
  for (int i = 0; i < count; ++i) hn::StoreU(a[i], bytes, to[i] + x);
}

void ResizeStrip(const int16_t* columns, int origin, const ResampleAxis& axis, const Levels& levels,
                 uint8_t* scratch, uint8_t* const* out_rows, int count) {
  const hn::CappedTag<int16_t, kStripRows> words;
  const hn::Rebind<uint8_t, decltype(words)> bytes;
  const auto lanes = static_cast<int>(hn::Lanes(words));
  const auto scale = hn::Set(words, levels.scale);
  const auto offset =
      hn::Set(words, static_cast<int16_t>(levels.offset + (1 << (kFractionBits - 1))));
  const int width = axis.count();
  for (int x = 0; x < width; ++x) {
    const int16_t* from = columns + (axis.first[static_cast<size_t>(x)] - origin) * kStripRows;
    const int16_t* weights = axis.weights.data() + static_cast<ptrdiff_t>(x) * axis.taps;
    for (int y = 0; y < kStripRows; y += lanes) {
      auto sum = hn::Zero(words);
      for (int k = 0; k < axis.taps; ++k) {
        const auto weight = hn::Set(words, weights[k]);
        sum =
            hn::Add(sum, hn::MulFixedPoint15(hn::LoadU(words, from + k * kStripRows + y), weight));
      }
      sum = hn::Add(hn::MulFixedPoint15(sum, scale), offset);
      hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kFractionBits>(sum)), bytes,
                 scratch + x * kStripRows + y);
    }
  }
  for (int x = 0; x < width; x += 16) {
    Turn16x16(scratch + x * kStripRows, out_rows, x, count);
  }
}

void Deinterleave(const uint8_t* pixels, int width, uint8_t* a, uint8_t* b, uint8_t* c) {
  const hn::ScalableTag<uint8_t> bytes;
  const auto lanes = static_cast<int>(hn::Lanes(bytes));
  int x = 0;
  for (; x + lanes <= width; x += lanes) {
    hn::Vec<decltype(bytes)> first;
    hn::Vec<decltype(bytes)> second;
    hn::Vec<decltype(bytes)> third;
    hn::LoadInterleaved3(bytes, pixels + 3 * x, first, second, third);
    hn::StoreU(first, bytes, a + x);
    hn::StoreU(second, bytes, b + x);
    hn::StoreU(third, bytes, c + x);
  }
  for (; x < width; ++x) {
    a[x] = pixels[3 * x];
    b[x] = pixels[3 * x + 1];
    c[x] = pixels[3 * x + 2];
  }
}

}  // namespace marquee::imageproc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace marquee::imageproc {

HWY_EXPORT(BlendRows);
HWY_EXPORT(TurnStrip);
HWY_EXPORT(ResizeStrip);
HWY_EXPORT(Deinterleave);

void BlendRows(const uint8_t* const* rows, const int16_t* weights, int taps, int width,
               int16_t* out) {
  HWY_DYNAMIC_DISPATCH(BlendRows)(rows, weights, taps, width, out);
}

void TurnStrip(const int16_t* rows, int stride, int width, int16_t* columns) {
  HWY_DYNAMIC_DISPATCH(TurnStrip)(rows, stride, width, columns);
}

void ResizeStrip(const int16_t* columns, int origin, const ResampleAxis& axis, const Levels& levels,
                 uint8_t* scratch, uint8_t* const* out_rows, int count) {
  HWY_DYNAMIC_DISPATCH(ResizeStrip)(columns, origin, axis, levels, scratch, out_rows, count);
}

void Deinterleave(const uint8_t* pixels, int width, uint8_t* a, uint8_t* b, uint8_t* c) {
  HWY_DYNAMIC_DISPATCH(Deinterleave)(pixels, width, a, b, c);
}

}  // namespace marquee::imageproc
#endif
