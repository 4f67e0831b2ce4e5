#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>
#include <vips/vips8>

#include "libs/testing/temp_dir.h"
#include "tools/demo_posters/catalogue.h"
#include "tools/demo_posters/lettering.h"
#include "tools/demo_posters/press.h"
#include "tools/demo_posters/raster.h"

namespace marquee::demo {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// The library drawn by the build.
const fs::path kLibrary = MARQUEE_DEMO_DIR;

std::vector<fs::path> Images(const fs::path& directory) {
  std::vector<fs::path> out;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      out.push_back(entry.path());
    }
  }
  return out;
}

std::string Bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

vips::VImage Decoded(const fs::path& file) {
  vips::VImage image = vips::VImage::new_from_file(
      file.c_str(), vips::VImage::option()->set("fail_on", VIPS_FAIL_ON_WARNING));
  return image.copy_memory();
}

class DemoPosters : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(VIPS_INIT("demo_posters_test"), 0); }
};

TEST_F(DemoPosters, LibraryHas24PostersNamedAsInTheCatalogue) {
  std::set<std::string> expected;
  for (const Film& film : Catalogue()) {
    expected.insert(FileName(film));
  }

  std::set<std::string> found;
  for (const fs::path& file : Images(kLibrary)) {
    found.insert(file.filename().string());
  }

  EXPECT_EQ(found.size(), 24U);
  EXPECT_EQ(found, expected);
}

TEST_F(DemoPosters, EveryPosterDecodesAtItsExactSize) {
  for (const fs::path& file : Images(kLibrary)) {
    const vips::VImage poster = Decoded(file);

    EXPECT_EQ(poster.width(), kPosterWidthPx) << file;
    EXPECT_EQ(poster.height(), kPosterHeightPx) << file;
    EXPECT_LT(fs::file_size(file), 200U * 1024) << file;
  }
}

TEST_F(DemoPosters, EveryBackgroundDecodesAndBelongsToAPoster) {
  const std::vector<fs::path> backgrounds = Images(kLibrary / "backgrounds");

  EXPECT_GE(backgrounds.size(), 8U);
  for (const fs::path& file : backgrounds) {
    const vips::VImage background = Decoded(file);
    EXPECT_EQ(background.width(), kBackgroundWidthPx) << file;
    EXPECT_EQ(background.height(), kBackgroundHeightPx) << file;
    EXPECT_TRUE(fs::exists(kLibrary / file.filename())) << file;
  }
}

TEST_F(DemoPosters, NoTwoPostersLookAlike) {
  std::vector<vips::VImage> thumbnails;
  const std::vector<fs::path> files = Images(kLibrary);
  for (const fs::path& file : files) {
    thumbnails.push_back(Decoded(file).thumbnail_image(20).copy_memory());
  }

  for (size_t i = 0; i < files.size(); ++i) {
    for (size_t j = i + 1; j < files.size(); ++j) {
      const double difference = (thumbnails[i] - thumbnails[j]).abs().avg();  // of 255
      EXPECT_GT(difference, 15) << files[i] << " and " << files[j];
    }
  }
}

TEST_F(DemoPosters, SameDrawingGivesTheSameBytes) {
  const testing::TempDir dir;
  const Film& film = Catalogue().front();
  for (const char* name : {"first.jpg", "second.jpg"}) {
    Svg sheet(kPosterWidthPx, kPosterHeightPx);
    film.poster(sheet);
    ASSERT_TRUE(Print(sheet, dir / name).ok());
  }

  EXPECT_EQ(Bytes(dir / "first.jpg"), Bytes(dir / "second.jpg"));
  EXPECT_EQ(Bytes(dir / "first.jpg"), Bytes(kLibrary / FileName(film)));
}

TEST_F(DemoPosters, FittedTitleIsCentredWithTheRequestedWidth) {
  const Face narrow{kSans, true, 0.66, 0.02};
  Svg sheet(1000, 300);
  sheet.Fill("#000000");
  Write(sheet, "SALTWATER", narrow, {500, 200}, SizeToFit("SALTWATER", narrow, 840), "#ffffff",
        Align::kCentre);

  int top = 0;
  int width = 0;
  int height = 0;
  const std::vector<double> black = {0, 0, 0};
  const int left = Rasterise(sheet).find_trim(&top, &width, &height,
                                              vips::VImage::option()->set("background", black));

  EXPECT_NEAR(width, 840, 20);
  EXPECT_NEAR(left + width / 2.0, 500, 10);
}

TEST_F(DemoPosters, ReportsTheFileOfAnInvalidDrawing) {
  const testing::TempDir dir;
  Svg sheet(10, 10);
  sheet.Open("never closed").Add("<rect");

  const absl::Status status = Print(sheet, dir / "broken.jpg");

  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(status.ToString(), HasSubstr("broken.jpg"));
}

}  // namespace
}  // namespace marquee::demo
