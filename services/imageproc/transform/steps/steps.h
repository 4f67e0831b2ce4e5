// Transform steps with libvips, one per file. Each returns the image unchanged if there is nothing
// to do. They throw vips::VError, which VipsTransformer catches. Images are upright, eight bits per
// sample, sRGB or grey, with or without alpha.
#pragma once

#include <string>
#include <vips/vips8>

#include "services/imageproc/transform/describe/describe.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/image_transformer.h"
#include "services/imageproc/transform/vips_source.h"

namespace marquee::imageproc {

// Decodes to exactly this size, reducing as far as possible in the decoder; upright, in sRGB or
// grey.
vips::VImage Scale(VipsBlobReader& reader, const ImageInfo& info, Size size);

// COVER crops to the size of the result at the spec's position, CONTAIN pads to it.
vips::VImage CropOrFill(const vips::VImage& image, const Geometry& geometry,
                        const TransformSpec& spec);

vips::VImage Blur(const vips::VImage& image, const TransformSpec& spec);

vips::VImage Greyscale(const vips::VImage& image, const TransformSpec& spec);

// Applied after resizing, which blurs. Luma only, so that no colour fringes appear.
vips::VImage Sharpen(const vips::VImage& image, const TransformSpec& spec);

// Puts the background behind transparent parts if `format` has no transparency.
vips::VImage Flatten(const vips::VImage& image, const TransformSpec& spec, Format format);

// The output format of kOriginal for an image of this type.
Format ResolveFormat(Format asked, ImageType type, bool has_alpha);

TransformedImage Encode(const vips::VImage& image, const TransformSpec& spec, Format format);

// Copies the pixels of a small image to memory.
Pixels ToPixels(const vips::VImage& image);

// 0xrrggbb as values for the bands of the image, opaque.
std::vector<double> BackgroundFor(const vips::VImage& image, const TransformSpec& spec);

}  // namespace marquee::imageproc
