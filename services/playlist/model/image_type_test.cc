#include "services/playlist/model/image_type.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

using std::string_view_literals::operator""sv;

TEST(ImageTypeTest, DetectsImagesByTheirFirstBytes) {
  EXPECT_EQ(SniffImageType("\xFF\xD8\xFF\xE0"sv), "image/jpeg");
  EXPECT_EQ(SniffImageType("\x89PNG\r\n\x1A\n"sv), "image/png");
  EXPECT_EQ(SniffImageType("GIF89a"sv), "image/gif");
  EXPECT_EQ(SniffImageType("RIFF\x10\0\0\0WEBPVP8 "sv), "image/webp");
  EXPECT_EQ(SniffImageType("\0\0\0\x1c"
                           "ftypavif"sv),
            "image/avif");
}

TEST(ImageTypeTest, ReturnsEmptyForOtherBytes) {
  EXPECT_EQ(SniffImageType(""sv), "");
  EXPECT_EQ(SniffImageType("\xFF\xD8"sv), "");
  EXPECT_EQ(SniffImageType("{\"Items\":[]}"sv), "");
  EXPECT_EQ(SniffImageType("<!doctype html>"sv), "");
  EXPECT_EQ(SniffImageType("RIFF\x10\0\0\0WAVEfmt "sv), "");
}

}  // namespace
}  // namespace marquee::playlist
