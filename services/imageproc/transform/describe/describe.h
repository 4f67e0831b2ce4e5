// Computes placeholder descriptions from a few pixels of an image. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/imageproc/model/image_description.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// A thumbnail of the whole image, upright.
struct Pixels {
  Size size;                  // both sides 1…100
  std::vector<uint8_t> rgba;  // four bytes per pixel, row by row; alpha not premultiplied
};

// ThumbHash (https://evanw.github.io/thumbhash/): a few coefficients of a cosine transform.
std::string ThumbHashOf(const Pixels& pixels);

// At most ImageDescription::kMaxColours colours that represent most of the image, heaviest first.
// Transparent pixels do not count.
std::vector<ImageDescription::Colour> DominantColours(const Pixels& pixels);

ImageDescription Describe(const Pixels& pixels, const ImageInfo& info);

// The result of a transform with TransformSpec::Describing().
TransformedImage AsAnswer(const ImageDescription& description);

}  // namespace marquee::imageproc
