#include "tools/demo_posters/raster.h"

#include <memory>

namespace marquee::demo {

vips::VImage Rasterise(const Svg& drawing) {
  const std::string text = drawing.Finish();
  const auto release = [](VipsBlob* blob) { vips_area_unref(VIPS_AREA(blob)); };
  const std::unique_ptr<VipsBlob, decltype(release)> blob(vips_blob_copy(text.data(), text.size()),
                                                          release);
  // "unlimited": these drawings may have more elements than librsvg allows by default.
  return vips::VImage::svgload_buffer(blob.get(), vips::VImage::option()->set("unlimited", true))
      .flatten();
}

}  // namespace marquee::demo
