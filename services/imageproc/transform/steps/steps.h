// What is done to a picture by libvips, a step a file. Each returns the picture as it is when there
// is nothing to do. They throw vips::VError, which VipsTransformer ends. Pictures are upright,
// eight bits a sample, sRGB or grey, with or without alpha.
#pragma once

#include <string>
#include <vips/vips8>

#include "services/imageproc/transform/describe/describe.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/image_transformer.h"
#include "services/imageproc/transform/vips_source.h"

namespace marquee::imageproc {

// Decodes to exactly this size, as small as the decoder can already, upright, in sRGB or grey.
vips::VImage Scale(VipsBlobReader& reader, const PictureInfo& info, Size size);

// COVER cuts to the size of the answer at the spec's position, CONTAIN fills up to it.
vips::VImage CropOrFill(const vips::VImage& image, const Geometry& geometry,
                        const TransformSpec& spec);

vips::VImage Blur(const vips::VImage& image, const TransformSpec& spec);

vips::VImage Greyscale(const vips::VImage& image, const TransformSpec& spec);

// After resizing, which softens: brightness only, so that no colour gets an edge of its own.
vips::VImage Sharpen(const vips::VImage& image, const TransformSpec& spec);

// Puts the background behind what is transparent, where `format` has no transparency.
vips::VImage Flatten(const vips::VImage& image, const TransformSpec& spec, Format format);

// What kOriginal means for a picture of this type.
Format ResolveFormat(Format asked, PictureType type, bool has_alpha);

TransformedImage Encode(const vips::VImage& image, const TransformSpec& spec, Format format);

// The pixels of a small picture, in memory.
Pixels ToPixels(const vips::VImage& image);

// 0xrrggbb for a picture of so many bands, opaque.
std::vector<double> BackgroundFor(const vips::VImage& image, const TransformSpec& spec);

}  // namespace marquee::imageproc
