#include "services/imageproc/transform/test_images.h"

#include <cmath>
#include <string_view>
#include <vector>
#include <vips/vips8>

namespace marquee::imageproc::test_images {
namespace {

using vips::VImage;

// Red decreases from left to right as blue increases, green increases downwards; stripes give
// edges.
VImage Draw(int width, int height) {
  const VImage xy = VImage::xyz(width, height);
  const VImage x = xy[0] * (1.0 / width);
  const VImage y = xy[1] * (1.0 / height);
  const VImage stripes = ((xy[0] + xy[1]) * (2 * 180.0 / 40)).sin() * 20;
  return VImage::bandjoin({(x < 0.5).ifthenelse(200, 40) + stripes, y * 120 + 40 + stripes,
                           (x < 0.5).ifthenelse(40, 200) + stripes})
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

std::string Save(const VImage& image, const char* suffix, vips::VOption* options = nullptr) {
  void* buffer = nullptr;
  size_t size = 0;
  image.write_to_buffer(suffix, &buffer, &size, options);
  std::string bytes(static_cast<const char*>(buffer), size);
  g_free(buffer);
  return bytes;
}

VImage Open(const std::string& encoded) {
  return VImage::new_from_buffer(encoded.data(), encoded.size(), "");
}

void AppendBigEndian(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

// CRC of a PNG chunk (ISO/IEC 15948, annex D), bit by bit.
uint32_t Crc(std::string_view bytes) {
  uint32_t crc = 0xffffffffU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

void AppendChunk(std::string& out, std::string_view type, std::string_view data) {
  AppendBigEndian(out, static_cast<uint32_t>(data.size()));
  const std::string body = std::string(type) + std::string(data);
  out += body;
  AppendBigEndian(out, Crc(body));
}

}  // namespace

std::string MakeJpeg(int width, int height, const JpegOptions& options) {
  VImage image = Draw(width, height);
  if (options.grey) image = image.colourspace(VIPS_INTERPRETATION_B_W);
  if (options.cmyk) {
    // CMYK is the inverse of RGB; libvips' built-in profile is applied on reading.
    image = (255 - image)
                .bandjoin(0)
                .cast(VIPS_FORMAT_UCHAR)
                .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_CMYK));
  }
  if (options.orientation != 1) image.set(VIPS_META_ORIENTATION, options.orientation);
  if (options.profile != nullptr) {
    image = image.icc_transform(options.profile, VImage::option()->set("input_profile", "srgb"));
  }
  return Save(image, ".jpg",
              VImage::option()
                  ->set("Q", 85)
                  ->set("interlace", options.progressive)
                  ->set("subsample_mode", options.full_colour ? VIPS_FOREIGN_SUBSAMPLE_OFF
                                                              : VIPS_FOREIGN_SUBSAMPLE_ON));
}

std::string MakePng(int width, int height, const PngOptions& options) {
  VImage image = Draw(width, height);
  if (options.alpha) {
    const VImage below = VImage::xyz(width, height)[1] >= height * 0.5;
    image = image.bandjoin(below.cast(VIPS_FORMAT_UCHAR));
  }
  if (options.sixteen_bits) {
    image = (image * 256)
                .cast(VIPS_FORMAT_USHORT)
                .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16));
  }
  return Save(image, ".png", VImage::option()->set("interlace", options.interlaced));
}

std::string MakeWebp(int width, int height) {
  return Save(Draw(width, height), ".webp", VImage::option()->set("effort", 0));
}

std::string MakeAnimatedGif(int width, int height, int frames) {
  VImage image = Draw(width, height * frames);
  image.set(VIPS_META_PAGE_HEIGHT, height);
  return Save(image, ".gif");
}

std::string MakeAnimatedWebp(int width, int height, int frames) {
  VImage image = Draw(width, height);
  for (int i = 1; i < frames; ++i) image = image.join(image.invert(), VIPS_DIRECTION_VERTICAL);
  image = image.extract_area(0, 0, width, height * frames);
  image.set(VIPS_META_PAGE_HEIGHT, height);
  return Save(image, ".webp");
}

std::string MakeTiff(int width, int height) { return Save(Draw(width, height), ".tif"); }

std::string MakePngBomb(int width, int height) {
  std::string png("\x89PNG\r\n\x1a\n", 8);
  std::string header;
  AppendBigEndian(header, static_cast<uint32_t>(width));
  AppendBigEndian(header, static_cast<uint32_t>(height));
  header += std::string("\x08\x02\x00\x00\x00", 5);  // eight bits, colour, not interlaced
  AppendChunk(png, "IHDR", header);
  // An empty zlib stream: no pixels follow the header.
  AppendChunk(png, "IDAT", std::string_view("\x78\x9c\x03\x00\x00\x00\x00\x01", 8));
  AppendChunk(png, "IEND", "");
  return png;
}

Colour MeanColour(const std::string& encoded, double left, double top, double width,
                  double height) {
  const VImage image = Open(encoded);
  const auto at = [](double fraction, int side) { return static_cast<int>(fraction * side); };
  const VImage part = image.extract_area(at(left, image.width()), at(top, image.height()),
                                         at(width, image.width()), at(height, image.height()));
  if (part.bands() < 3) return {part[0].avg(), part[0].avg(), part[0].avg()};
  return {part[0].avg(), part[1].avg(), part[2].avg()};
}

double Psnr(const std::string& encoded, const std::string& reference) {
  const VImage difference = Open(encoded) - Open(reference);
  const double mean_square = (difference * difference).avg();
  return mean_square == 0 ? 100 : 10 * std::log10(255.0 * 255.0 / mean_square);
}

Header ReadHeader(const std::string& encoded) {
  const VImage image = Open(encoded);
  bool metadata = false;
  for (const char* name : {VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME, VIPS_META_ICC_NAME}) {
    metadata = metadata || image.get_typeof(name) != 0;
  }
  return {.width = image.width(),
          .height = image.height(),
          .bands = image.bands(),
          .loader = image.get_string(VIPS_META_LOADER),
          .has_metadata = metadata};
}

}  // namespace marquee::imageproc::test_images
