#include <cmath>
#include <cstdio>
#include <vips/vips8>

#include "services/imageproc/transform/test_images.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {
namespace {

using vips::VImage;

// Noise at four scales, weaker at finer ones, as in photographs, and shapes with hard edges, as in
// titles. Deterministic for a given size.
VImage Draw(int width, int height, bool lossless) {
  VImage sum = VImage::black(width, height, VImage::option()->set("bands", 3));
  int seed = 1;
  for (const auto& [cell, strength] : {std::pair(128, 40.0), {32, 18.0}, {8, 8.0}, {2, 5.0}}) {
    std::vector<VImage> bands;
    for (int band = 0; band < 3; ++band) {
      bands.push_back(VImage::gaussnoise(
          width / cell + 2, height / cell + 2,
          VImage::option()->set("mean", 0)->set("sigma", strength)->set("seed", seed++)));
    }
    const VImage noise =
        VImage::bandjoin(bands).resize(cell, VImage::option()->set("kernel", VIPS_KERNEL_CUBIC));
    sum = sum + noise.extract_area(0, 0, width, height);
  }
  const VImage xy = VImage::xyz(width, height);
  const VImage shapes =
      ((xy[0] / (width / 9.0)).floor() + (xy[1] / (height / 13.0)).floor()) % 5 < 1;
  VImage lit = sum + shapes.ifthenelse(60, 0) + 110;
  // Few shades, as in drawings: losslessly compressed noise would be as large as the pixels.
  if (lossless) lit = (lit / 24).floor() * 24;
  return lit.cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

}  // namespace

int MakeSource(Arguments arguments) {
  const std::string kind = arguments.size() > 3 ? arguments[3] : "jpeg";
  const VImage image = Draw(std::stoi(arguments[0]), std::stoi(arguments[1]), kind == "interlaced");
  vips::VOption* options = VImage::option();
  if (kind == "jpeg" || kind == "progressive") {
    options->set("Q", 88)->set("interlace", kind == "progressive");
  }
  if (kind == "interlaced") options->set("interlace", true);
  if (kind == "avif") options->set("Q", 60)->set("effort", 0);
  image.write_to_file(arguments[2].c_str(), options);
  return 0;
}

int MakeReference(Arguments arguments) {
  const VImage image = VImage::new_from_file(arguments[0].c_str());
  const int width = std::stoi(arguments[1]);
  const int height = std::stoi(arguments[2]);
  const double scale = std::max(static_cast<double>(width) / image.width(),
                                static_cast<double>(height) / image.height());
  // Uses floating point, so that no step rounds.
  const VImage scaled = image.cast(VIPS_FORMAT_FLOAT)
                            .resize(scale, VImage::option()->set("kernel", VIPS_KERNEL_LANCZOS3));
  scaled.extract_area((scaled.width() - width) / 2, (scaled.height() - height) / 2, width, height)
      .rint()
      .cast(VIPS_FORMAT_UCHAR)
      .write_to_file(arguments[3].c_str());
  return 0;
}

int CompareImages(Arguments arguments) {
  const double psnr = imageproc::test_images::Psnr(ReadFile(arguments[0]), ReadFile(arguments[1]));
  std::printf("{\"psnr\": %.3f}\n", psnr);
  return 0;
}

}  // namespace marquee::imageload
