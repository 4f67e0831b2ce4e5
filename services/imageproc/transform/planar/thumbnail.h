// Reduces planes to a few pixels for the description of an image.
#pragma once

#include "services/imageproc/transform/describe/describe.h"
#include "services/imageproc/transform/planar/plane.h"

namespace marquee::imageproc {

// At most 64 pixels per side.
Pixels ThumbnailOf(const Planes& whole, Range range);

}  // namespace marquee::imageproc
