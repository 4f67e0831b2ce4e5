// Detecting image types, and which images may be sent unchanged.
#include "services/imageproc/transform/picture_type.h"

#include <gtest/gtest.h>

#include <string_view>

#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {
namespace {

TEST(PictureTypeTest, DetectsTypesFromTheFirstBytes) {
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x1c"
                                          "ftypavif\0\0\0\0mif1miaf",
                                          24)),
            PictureType::kAvif);
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x18"
                                          "ftypmif1\0\0\0\0avif",
                                          20)),
            PictureType::kAvif);
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x18"
                                          "ftypheic\0\0\0\0mif1",
                                          20)),
            PictureType::kHeic);
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x18"
                                          "ftypisom\0\0\0\0mp42",
                                          20)),
            PictureType::kUnknown);
  EXPECT_EQ(SniffPicture("RIFF....WAVE"), PictureType::kUnknown);
  EXPECT_EQ(SniffPicture("\xff\xd8"), PictureType::kUnknown);
}

TEST(MayPassUntouchedTest, RequiresABrowserTypeAndAScreenSize) {
  EXPECT_TRUE(MayPassUntouched({.type = PictureType::kJpeg, .width_px = 3840, .height_px = 3840}));
  EXPECT_FALSE(MayPassUntouched({.type = PictureType::kJpeg, .width_px = 3841, .height_px = 10}));
  EXPECT_FALSE(MayPassUntouched({.type = PictureType::kHeic, .width_px = 10, .height_px = 10}));
}

}  // namespace
}  // namespace marquee::imageproc
