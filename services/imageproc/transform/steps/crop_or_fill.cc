#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

using vips::VImage;

VImage CropOrFill(const VImage& image, const Geometry& geometry, const TransformSpec& spec) {
  const Size from{image.width(), image.height()};
  const Size to = geometry.answer;
  if (from == to) return image;
  if (spec.fit == Fit::kCover) {
    if (spec.position == Position::kAttention || spec.position == Position::kEntropy) {
      const VipsInteresting interest = spec.position == Position::kAttention
                                           ? VIPS_INTERESTING_ATTENTION
                                           : VIPS_INTERESTING_ENTROPY;
      // smartcrop reads the whole image before the first strip of the result, which a sequential
      // decoder cannot do twice; the scaled image is small enough to copy.
      return image.copy_memory().smartcrop(to.width, to.height,
                                           VImage::option()->set("interesting", interest));
    }
    return image.extract_area(-geometry.offset.x, -geometry.offset.y, to.width, to.height);
  }
  const VImage opaque = Flatten(image, spec, Format::kJpeg);
  return opaque.embed(geometry.offset.x, geometry.offset.y, to.width, to.height,
                      VImage::option()
                          ->set("extend", VIPS_EXTEND_BACKGROUND)
                          ->set("background", BackgroundFor(opaque, spec)));
}

}  // namespace marquee::imageproc
