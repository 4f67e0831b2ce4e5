#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

using vips::VImage;

VImage Scale(VipsBlobReader& reader, const PictureInfo& info, Size size) {
  vips::VOption* options = VImage::option()
                               ->set("height", size.height)
                               ->set("size", VIPS_SIZE_FORCE)  // the exact size, chosen by Plan
                               // libvips 8.14 does not hand its own fail_on to the loader
                               ->set("option_string", "[fail_on=truncated]");
  if (info.is_cmyk || info.needs_profile) options->set("export_profile", "srgb");
  if (info.is_cmyk) options->set("import_profile", "cmyk");  // for those that carry none
  VImage scaled = VImage::thumbnail_source(reader.MakeSource(), size.width, options);
  const VipsInterpretation colours = scaled.interpretation();
  if (colours == VIPS_INTERPRETATION_sRGB || colours == VIPS_INTERPRETATION_B_W) return scaled;
  return scaled.colourspace(VIPS_INTERPRETATION_sRGB);
}

}  // namespace marquee::imageproc
