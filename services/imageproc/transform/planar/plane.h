// An image as stored inside JPEG and WebP: a luma plane and two chroma planes, which usually have
// half the size. Processing the planes from decoder to encoder needs no colour conversion and
// resizes half as many samples.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "services/imageproc/transform/geometry.h"

namespace marquee::imageproc {

// One byte per sample. Rows are padded: encoders and SIMD loops may read and write beyond the
// width.
class Plane {
 public:
  static constexpr int kPadding = 64;

  Plane() = default;
  Plane(Size size, uint8_t fill)
      : size_(size),
        stride_((static_cast<size_t>(size.width) + 2 * kPadding - 1) / kPadding * kPadding),
        samples_(stride_ * static_cast<size_t>(size.height), fill) {}

  const Size& size() const { return size_; }
  size_t stride() const { return stride_; }
  uint8_t* Row(int y) { return samples_.data() + stride_ * static_cast<size_t>(y); }
  const uint8_t* Row(int y) const { return samples_.data() + stride_ * static_cast<size_t>(y); }

  // Repeats the last sample beyond the edge for encoders, which costs the fewest bytes.
  void PadRight() {
    for (int y = 0; y < size_.height; ++y) {
      uint8_t* end = Row(y) + size_.width;
      std::memset(end, end[-1], stride_ - static_cast<size_t>(size_.width));
    }
  }

  // Swaps rows and columns.
  Plane Transposed() const;

 private:
  Size size_;
  size_t stride_ = 0;
  std::vector<uint8_t> samples_;
};

// Value ranges of the samples (both ITU-R BT.601).
enum class Range {
  kFull,     // 0…255, in JPEG (JFIF 1.02)
  kLimited,  // 16…235 and 16…240, in WebP (RFC 6386, section 9.2)
};

struct Planes {
  Size size;
  std::vector<Plane> planes;  // one: grey; three: Y, Cb, Cr
  bool half_colour = false;   // Cb and Cr have half the width and height, rounded up
};

inline Size HalfOf(Size size) { return {(size.width + 1) / 2, (size.height + 1) / 2}; }

}  // namespace marquee::imageproc
