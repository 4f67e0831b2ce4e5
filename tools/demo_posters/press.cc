#include "tools/demo_posters/press.h"

#include <system_error>
#include <vips/vips8>

#include "tools/demo_posters/catalogue.h"
#include "tools/demo_posters/raster.h"

namespace marquee::demo {
namespace {

constexpr double kGrainSigma = 1.6;  // in levels of 255; hardly visible at viewing distance
constexpr int kGrainSeed = 35;

absl::Status DrawAndPrint(void (*draw)(Svg&), int width_px, int height_px,
                          const std::filesystem::path& file) {
  try {
    Svg sheet(width_px, height_px);
    draw(sheet);
    return Print(sheet, file);
  } catch (const vips::VError& e) {  // lettering.h also uses libvips
    return absl::UnavailableError(fmt::format("{}: cannot draw: {}", file.string(), e.what()));
  }
}

}  // namespace

absl::Status Print(const Svg& drawing, const std::filesystem::path& file) {
  using vips::VImage;
  try {
    const VImage image = Rasterise(drawing);
    const VImage grain = VImage::gaussnoise(
        image.width(), image.height(),
        VImage::option()->set("sigma", kGrainSigma)->set("mean", 0.0)->set("seed", kGrainSeed));
    const VImage printed =
        (image + grain)
            .rint()
            .cast(VIPS_FORMAT_UCHAR)
            .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
    printed.jpegsave(
        file.c_str(),
        VImage::option()->set("Q", 85)->set("optimize_coding", true)->set("strip", true));
  } catch (const vips::VError& e) {
    return absl::UnavailableError(fmt::format("{}: cannot render: {}", file.string(), e.what()));
  }
  return absl::OkStatus();
}

absl::Status PrintLibrary(const std::filesystem::path& directory) {
  const std::filesystem::path backgrounds = directory / "backgrounds";
  std::error_code error;
  std::filesystem::create_directories(backgrounds, error);
  if (error) {
    return absl::UnavailableError(
        fmt::format("{}: cannot create the folder: {}", backgrounds.string(), error.message()));
  }
  for (const Film& film : Catalogue()) {
    const std::string name = FileName(film);
    absl::Status status =
        DrawAndPrint(film.poster, kPosterWidthPx, kPosterHeightPx, directory / name);
    if (status.ok() && film.background != nullptr) {
      status = DrawAndPrint(film.background, kBackgroundWidthPx, kBackgroundHeightPx,
                            backgrounds / name);
    }
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace marquee::demo
