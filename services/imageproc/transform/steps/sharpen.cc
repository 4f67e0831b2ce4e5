#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

// Of the Gaussian that edges are found with: half a pixel is what a reduction softens.
constexpr double kSigma = 0.5;

vips::VImage Sharpen(const vips::VImage& image, const TransformSpec& spec) {
  if (!spec.sharpen) return image;
  const VipsInterpretation colours = image.interpretation();
  return image.sharpen(vips::VImage::option()->set("sigma", kSigma)).colourspace(colours);
}

}  // namespace marquee::imageproc
