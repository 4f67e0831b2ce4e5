// Where pixels go: from the size of a picture and the box that was asked for to the sizes of each
// step. Pure arithmetic, the same for every engine that does the work.
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
  Size scaled;   // the picture after resizing, before cropping or filling up
  Size answer;   // of the finished picture
  Point offset;  // of the scaled picture in the answer; below zero where it sticks out
};

// How many times larger than the original a side may become where enlarging was asked for: beyond
// it there are only blocks to see, and a picture of one pixel must not cost megabytes.
inline constexpr int kMaxEnlargement = 8;

// `picture`: upright, both sides above zero. A picture is never enlarged unless the spec says so: a
// box that is too large for COVER shrinks and keeps its shape; CONTAIN keeps its box and shows more
// of the background. CONTAIN's offset is even, so that planes of half the size line up too. Where
// ATTENTION or ENTROPY crop depends on what there is to see: the offset is the centre's.
Geometry Plan(Size picture, const TransformSpec& spec);

}  // namespace marquee::imageproc
