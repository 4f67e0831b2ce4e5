// Converts SVG to pixels with librsvg through libvips, which must be initialised.
#pragma once

#include <vips/vips8>

#include "tools/demo_posters/svg.h"

namespace marquee::demo {

// The drawing in opaque 8-bit sRGB. Throws vips::VError if it is not valid SVG.
vips::VImage Rasterise(const Svg& drawing);

}  // namespace marquee::demo
