// From a few pixels of a picture to what it is like. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/imageproc/model/picture_description.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// A thumbnail of the whole picture, upright.
struct Pixels {
  Size size;                  // both sides 1…100
  std::vector<uint8_t> rgba;  // four bytes a pixel, line by line; alpha not premultiplied
};

// ThumbHash (https://evanw.github.io/thumbhash/): a few coefficients of a cosine transform.
std::string ThumbHashOf(const Pixels& pixels);

// At most PictureDescription::kMaxColours that stand for most of the picture, heaviest first; what
// is transparent does not count.
std::vector<PictureDescription::Colour> DominantColours(const Pixels& pixels);

PictureDescription Describe(const Pixels& pixels, const PictureInfo& info);

// The answer to TransformSpec::Describing().
TransformedImage AsAnswer(const PictureDescription& description);

}  // namespace marquee::imageproc
