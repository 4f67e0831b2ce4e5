#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

using vips::VImage;

Pixels ToPixels(const VImage& image) {
  VImage rgba = image.bands() < 3 ? image.colourspace(VIPS_INTERPRETATION_sRGB) : image;
  if (!rgba.has_alpha()) rgba = rgba.bandjoin(255);
  size_t size = 0;
  void* memory = rgba.cast(VIPS_FORMAT_UCHAR).write_to_memory(&size);
  const auto* bytes = static_cast<const uint8_t*>(memory);
  Pixels pixels{.size = {rgba.width(), rgba.height()}, .rgba = {bytes, bytes + size}};
  g_free(memory);
  return pixels;
}

}  // namespace marquee::imageproc
