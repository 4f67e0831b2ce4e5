#include "services/imageproc/transform/steps/steps.h"

namespace marquee::imageproc {

using vips::VImage;

namespace {

constexpr int kWebpEffort = 2;  // of 0…6: 4, libvips' default, takes 50 % longer
// Of 0…9. Higher values take seconds, while displays wait (8 per second at 0, 2 per second at 4).
constexpr int kAvifEffort = 0;

// AVIF has another quality scale: at 50 it looks like a JPEG at 80.
int AvifQuality(int quality) { return std::max(1, quality * 5 / 8); }

}  // namespace

Format ResolveFormat(Format asked, ImageType type, bool has_alpha) {
  if (asked != Format::kOriginal) return asked;
  if (type == ImageType::kWebp) return Format::kWebp;
  return has_alpha ? Format::kPng : Format::kJpeg;
}

TransformedImage Encode(const VImage& image, const TransformSpec& spec, Format format) {
  vips::VOption* options = VImage::option()->set("strip", true);
  const char* suffix = ".jpg";
  TransformedImage answer{.bytes = "",
                          .content_type = "image/jpeg",
                          .width_px = image.width(),
                          .height_px = image.height()};
  switch (format) {
    case Format::kWebp:
      suffix = ".webp";
      answer.content_type = "image/webp";
      options->set("Q", spec.quality)->set("effort", kWebpEffort);
      break;
    case Format::kAvif:
      suffix = ".avif";
      answer.content_type = "image/avif";
      options->set("Q", AvifQuality(spec.quality))->set("effort", kAvifEffort);
      break;
    case Format::kPng:
      suffix = ".png";
      answer.content_type = "image/png";
      break;
    default:
      options->set("Q", spec.quality)
          ->set("optimize_coding", true)
          ->set("interlace", spec.progressive);
  }
  void* buffer = nullptr;
  size_t size = 0;
  image.write_to_buffer(suffix, &buffer, &size, options);
  answer.bytes.assign(static_cast<const char*>(buffer), size);
  g_free(buffer);
  return answer;
}

}  // namespace marquee::imageproc
