// A few pixels of planes, for describing the picture.
#pragma once

#include "services/imageproc/transform/describe/describe.h"
#include "services/imageproc/transform/planar/plane.h"

namespace marquee::imageproc {

// At most 64 a side.
Pixels ThumbnailOf(const Planes& whole, Range range);

}  // namespace marquee::imageproc
