// From SVG to pixels, through librsvg as libvips loads it. libvips must have been started before.
#pragma once

#include <vips/vips8>

#include "tools/demo_posters/svg.h"

namespace marquee::demo {

// The drawing in opaque 8-bit sRGB. Throws vips::VError when it is not valid SVG.
vips::VImage Rasterise(const Svg& drawing);

}  // namespace marquee::demo
