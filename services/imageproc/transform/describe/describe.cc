#include "services/imageproc/transform/describe/describe.h"

namespace marquee::imageproc {

ImageDescription Describe(const Pixels& pixels, const ImageInfo& info) {
  return {.width_px = info.width_px,
          .height_px = info.height_px,
          .content_type = std::string(ContentTypeOf(info.type)),
          .colours = DominantColours(pixels),
          .thumb_hash = ThumbHashOf(pixels)};
}

TransformedImage AsAnswer(const ImageDescription& description) {
  return {.bytes = FormatDescription(description),
          .content_type = "text/plain",
          .width_px = description.width_px,
          .height_px = description.height_px,
          .description = description};
}

}  // namespace marquee::imageproc
