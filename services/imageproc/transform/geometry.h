// Computes the sizes of each transform step from the size of the image and the requested box. Pure
// arithmetic, used by every engine.
#pragma once

#include "services/imageproc/model/transform_spec.h"

namespace marquee::imageproc {

struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

struct Point {
  int x = 0;
  int y = 0;
  bool operator==(const Point&) const = default;
};

struct Geometry {
  Size scaled;   // the image after resizing, before cropping or padding
  Size answer;   // size of the finished image
  Point offset;  // of the scaled image in the result; negative where it is cropped
};

// Largest factor by which a side is enlarged if enlarging was requested: beyond it only blocks are
// visible, and a one-pixel image must not cost megabytes.
inline constexpr int kMaxEnlargement = 8;

// `image`: upright, both sides above zero. An image is enlarged only if the spec says so:
// otherwise a box that is too large shrinks and keeps its shape for COVER, and keeps its size with
// more background for CONTAIN. CONTAIN's offset is even, so that planes of half the size align.
// Where ATTENTION or ENTROPY crop depends on the content; for these the offset is that of a centred
// crop.
Geometry Plan(Size image, const TransformSpec& spec);

}  // namespace marquee::imageproc
