#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

using vips::VImage;

// Luma as in JPEG (ITU-R BT.601), so that both engines give the same grey.
VImage Greyscale(const VImage& image, const TransformSpec& spec) {
  if (!spec.greyscale || image.bands() < 3) return image;
  const std::vector<double> weights{0.299, 0.587, 0.114};
  const VImage matrix = VImage::new_matrix(3, 1, const_cast<double*>(weights.data()), 3);
  const VImage colours = image.extract_band(0, VImage::option()->set("n", 3));
  const VImage grey = colours.recomb(matrix)
                          .rint()
                          .cast(VIPS_FORMAT_UCHAR)
                          .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  return image.has_alpha() ? VImage::bandjoin({grey, image[image.bands() - 1]}) : grey;
}

}  // namespace marquee::imageproc
