#include "services/imageproc/transform/describe/describe.h"

namespace marquee::imageproc {

PictureDescription Describe(const Pixels& pixels, const PictureInfo& info) {
  return {.width_px = info.width_px,
          .height_px = info.height_px,
          .content_type = std::string(ContentTypeOf(info.type)),
          .colours = DominantColours(pixels),
          .thumb_hash = ThumbHashOf(pixels)};
}

TransformedImage AsAnswer(const PictureDescription& description) {
  return {.bytes = FormatDescription(description),
          .content_type = "text/plain",
          .width_px = description.width_px,
          .height_px = description.height_px,
          .description = description};
}

}  // namespace marquee::imageproc
