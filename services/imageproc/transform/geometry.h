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

struct Geometry {
  Size scaled;  // the picture after resizing, before cropping or filling up
  Size answer;  // of the finished picture
};

// `picture`: upright, both sides above zero. A picture is never enlarged: a box that is too large
// for COVER shrinks and keeps its shape; CONTAIN keeps its box and shows more of the background.
Geometry Plan(Size picture, const TransformSpec& spec);

}  // namespace marquee::imageproc
