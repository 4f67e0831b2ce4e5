// Detecting image types, and which images may be sent unchanged.
#include "services/imageproc/transform/image_type.h"

#include <gtest/gtest.h>

#include <string_view>

#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {
namespace {

TEST(ImageTypeTest, DetectsTypesFromTheFirstBytes) {
  EXPECT_EQ(SniffImage(std::string_view("\0\0\0\x1c"
                                        "ftypavif\0\0\0\0mif1miaf",
                                        24)),
            ImageType::kAvif);
  EXPECT_EQ(SniffImage(std::string_view("\0\0\0\x18"
                                        "ftypmif1\0\0\0\0avif",
                                        20)),
            ImageType::kAvif);
  EXPECT_EQ(SniffImage(std::string_view("\0\0\0\x18"
                                        "ftypheic\0\0\0\0mif1",
                                        20)),
            ImageType::kHeic);
  EXPECT_EQ(SniffImage(std::string_view("\0\0\0\x18"
                                        "ftypisom\0\0\0\0mp42",
                                        20)),
            ImageType::kUnknown);
  EXPECT_EQ(SniffImage("RIFF....WAVE"), ImageType::kUnknown);
  EXPECT_EQ(SniffImage("\xff\xd8"), ImageType::kUnknown);
}

TEST(MayPassUntouchedTest, RequiresABrowserTypeAndAScreenSize) {
  EXPECT_TRUE(MayPassUntouched({.type = ImageType::kJpeg, .width_px = 3840, .height_px = 3840}));
  EXPECT_FALSE(MayPassUntouched({.type = ImageType::kJpeg, .width_px = 3841, .height_px = 10}));
  EXPECT_FALSE(MayPassUntouched({.type = ImageType::kHeic, .width_px = 10, .height_px = 10}));
}

}  // namespace
}  // namespace marquee::imageproc
