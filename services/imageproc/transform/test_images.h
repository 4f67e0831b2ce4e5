// Generated test images: smooth colours with a pattern of edges, so that they compress like a
// poster rather than like noise or a plain area.
#pragma once

#include <string>

namespace marquee::imageproc::test_images {

struct JpegOptions {
  bool progressive = false;
  bool full_colour = false;  // 4:4:4 instead of 4:2:0
  int orientation = 1;       // EXIF, 1…8
  bool cmyk = false;
  bool grey = false;
  const char* profile = nullptr;  // a colour profile that libvips knows: "srgb", "p3"
};

// StartVips must have succeeded. The left half is reddish, the right half bluish, so that a test
// can detect the orientation.
std::string MakeJpeg(int width, int height, const JpegOptions& options = {});

struct PngOptions {
  bool alpha = false;  // fully transparent in the upper half
  bool sixteen_bits = false;
  bool interlaced = false;
};
std::string MakePng(int width, int height, const PngOptions& options = {});

std::string MakeWebp(int width, int height);
std::string MakeAnimatedGif(int width, int height, int frames);
std::string MakeAnimatedWebp(int width, int height, int frames);
std::string MakeTiff(int width, int height);

// A PNG of under 100 bytes whose header claims these dimensions.
std::string MakePngBomb(int width, int height);

// Mean red, green and blue of a part of an encoded image, 0…255; the part is given in fractions of
// its size.
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};
Colour MeanColour(const std::string& encoded, double left, double top, double width, double height);

// Peak signal-to-noise ratio between an encoded image and a reference of the same size, in dB.
double Psnr(const std::string& encoded, const std::string& reference);

// Header fields as read by libvips.
struct Header {
  int width = 0;
  int height = 0;
  int bands = 0;
  std::string loader;         // jpegload_buffer, pngload_buffer, …
  bool has_metadata = false;  // EXIF, XMP or an ICC profile
};
Header ReadHeader(const std::string& encoded);

}  // namespace marquee::imageproc::test_images
