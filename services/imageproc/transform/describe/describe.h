// Computes placeholder descriptions from a few pixels of an image. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/imageproc/model/picture_description.h"
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

// At most PictureDescription::kMaxColours colours that represent most of the image, heaviest first.
// Transparent pixels do not count.
std::vector<PictureDescription::Colour> DominantColours(const Pixels& pixels);

PictureDescription Describe(const Pixels& pixels, const PictureInfo& info);

// The result of a transform with TransformSpec::Describing().
TransformedImage AsAnswer(const PictureDescription& description);

}  // namespace marquee::imageproc
