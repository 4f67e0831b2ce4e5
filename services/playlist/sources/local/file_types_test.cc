#include "services/playlist/sources/local/file_types.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

TEST(FileTypesTest, DetectsTypesByExtensionIgnoringCase) {
  EXPECT_EQ(TypeOfName("a/b.c/Alien.JPEG"), FileType::kImage);
  EXPECT_EQ(TypeOfName("Alien.zip"), FileType::kZip);
  EXPECT_EQ(TypeOfName("theme.Flac"), FileType::kAudio);
  EXPECT_EQ(TypeOfName("trailer.mkv"), FileType::kVideo);
  EXPECT_EQ(TypeOfName("jpg"), FileType::kOther);
  EXPECT_EQ(TypeOfName(".jpg"), FileType::kOther);
  EXPECT_EQ(TypeOfName("alien.jpg.exe"), FileType::kOther);
  EXPECT_EQ(TypeOfName("folder.jpg/alien"), FileType::kOther);
}

TEST(FileTypesTest, DetectsImagesWithAllTheirExtensions) {
  for (const auto* name : {"a.jpe", "a.jfif", "a.JIF", "a.tbn", "a.heic", "a.HEIF", "a.hif",
                           "a.avif", "a.apng", "a.bmp", "a.tif", "a.TIFF", "a.jxl", "a.svg"}) {
    EXPECT_EQ(TypeOfName(name), FileType::kImage) << name;
  }
  EXPECT_EQ(TypeOfName("a.cbz"), FileType::kZip);
}

}  // namespace
}  // namespace marquee::playlist
