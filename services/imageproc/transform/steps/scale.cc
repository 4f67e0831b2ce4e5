#include <vector>

#include "services/imageproc/transform/coded_colours.h"
#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

using vips::VImage;

namespace {

// An image whose coded colours are not sRGB keeps its full bit depth until they are converted:
// libvips' thumbnail would round to eight bits first, which is too little for PQ.
VImage ScaleCodedColours(VipsBlobReader& reader, const ImageInfo& info, Size size) {
  VImage image = VImage::new_from_source(reader.MakeSource(), "",
                                         VImage::option()->set("fail_on", VIPS_FAIL_ON_TRUNCATED));
  if (image.bands() < 3)
    return image.thumbnail_image(
        size.width, VImage::option()->set("height", size.height)->set("size", VIPS_SIZE_FORCE));
  const VipsBandFormat format = image.format();
  if (image.has_alpha()) image = image.premultiply();
  image = image.resize(
      static_cast<double>(size.width) / image.width(),
      VImage::option()->set("vscale", static_cast<double>(size.height) / image.height()));
  if (image.has_alpha()) image = image.unpremultiply();
  image = image.cast(format).copy_memory();

  const auto bands = static_cast<size_t>(image.bands());
  const size_t pixels = static_cast<size_t>(image.width()) * static_cast<size_t>(image.height());
  std::vector<uint8_t> converted(pixels * bands);
  const bool wide = format == VIPS_FORMAT_USHORT;
  const CodedColourConverter converter(info.colours, wide ? 65'535 : 255);
  wide ? converter.Convert(static_cast<const uint16_t*>(image.data()), pixels, bands,
                           converted.data())
       : converter.Convert(static_cast<const uint8_t*>(image.data()), pixels, bands,
                           converted.data());
  return VImage::new_from_memory(converted.data(), converted.size(), image.width(), image.height(),
                                 image.bands(), VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

}  // namespace

VImage Scale(VipsBlobReader& reader, const ImageInfo& info, Size size) {
  if (NeedsConversion(info.colours)) return ScaleCodedColours(reader, info, size);
  vips::VOption* options = VImage::option()
                               ->set("height", size.height)
                               ->set("size", VIPS_SIZE_FORCE)  // the exact size, chosen by Plan
                               // libvips 8.14 does not pass its own fail_on to the loader
                               ->set("option_string", "[fail_on=truncated]");
  if (info.is_cmyk || info.needs_profile) options->set("export_profile", "srgb");
  if (info.is_cmyk) options->set("import_profile", "cmyk");  // for images without a profile
  VImage scaled = VImage::thumbnail_source(reader.MakeSource(), size.width, options);
  const VipsInterpretation colours = scaled.interpretation();
  if (colours == VIPS_INTERPRETATION_sRGB || colours == VIPS_INTERPRETATION_B_W) return scaled;
  return scaled.colourspace(VIPS_INTERPRETATION_sRGB);
}

}  // namespace marquee::imageproc
