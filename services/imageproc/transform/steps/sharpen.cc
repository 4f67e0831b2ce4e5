#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

// Standard deviation of the Gaussian, in pixels: reducing blurs by about half a pixel.
constexpr double kSigma = 0.5;

vips::VImage Sharpen(const vips::VImage& image, const TransformSpec& spec) {
  if (!spec.sharpen) return image;
  const VipsInterpretation colours = image.interpretation();
  return image.sharpen(vips::VImage::option()->set("sigma", kSigma)).colourspace(colours);
}

}  // namespace marquee::imageproc
