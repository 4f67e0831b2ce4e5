#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

vips::VImage Blur(const vips::VImage& image, const TransformSpec& spec) {
  if (spec.blur_tenths == 0) return image;
  return image.gaussblur(spec.blur_tenths / 10.0,
                         vips::VImage::option()->set("precision", VIPS_PRECISION_INTEGER));
}

}  // namespace marquee::imageproc
