#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

using vips::VImage;

std::vector<double> BackgroundFor(const VImage& image, const TransformSpec& spec) {
  const double red = spec.background >> 16;
  const double green = spec.background >> 8 & 0xff;
  const double blue = spec.background & 0xff;
  if (image.bands() < 3) return {0.299 * red + 0.587 * green + 0.114 * blue};
  return {red, green, blue};
}

VImage Flatten(const VImage& image, const TransformSpec& spec, Format format) {
  if (!image.has_alpha() || format != Format::kJpeg) return image;
  // A grey image on a coloured background is no longer grey.
  const bool coloured = image.bands() < 3 && spec.background != 0;
  const VImage wide = coloured ? image.colourspace(VIPS_INTERPRETATION_sRGB) : image;
  return wide.flatten(VImage::option()->set("background", BackgroundFor(wide, spec)));
}

}  // namespace marquee::imageproc
