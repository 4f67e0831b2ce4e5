#include "services/playlist/model/image_url.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

TEST(ImageUrlTest, EncodesAllCharactersSpecialInCssOrQueries) {
  EXPECT_EQ(PercentEncode("/a b/It's \"(1979)\".jpg"), "%2Fa%20b%2FIt%27s%20%22%281979%29%22.jpg");
  EXPECT_EQ(PercentEncode("Ä&=?#+%"), "%C3%84%26%3D%3F%23%2B%25");
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
}

TEST(ImageUrlTest, ContainsTheArtworkVersion) {
  EXPECT_EQ(ImageUrl("Living Room", "/Items/7/Images/Primary?tag=a", "a"),
            "/image?server=Living%20Room&path=%2FItems%2F7%2FImages%2FPrimary%3Ftag%3Da&v=a");
}

TEST(ImageUrlTest, ParsesBackToThePath) {
  const std::string path = "/a b/It's 100% \"(1979)\" & Ä.zip?entry=poster";
  EXPECT_EQ(PathOfImageUrl(ImageUrl("Den & Hall", path, "1")), path);
  EXPECT_EQ(PathOfImageUrl(ImageUrl("Den", "/x%", "")), "/x%");
  EXPECT_EQ(PathOfImageUrl("/image?server=Den&path=%2Fx%"), "/x%");
  EXPECT_EQ(PathOfImageUrl(CoverUrl("https://a/b?path=c", "")), "");
  EXPECT_EQ(PathOfImageUrl(""), "");
}

TEST(ImageUrlTest, OmitsAnEmptyArtworkVersion) {
  EXPECT_EQ(ImageUrl("Den", "/x", ""), "/image?server=Den&path=%2Fx");
}

}  // namespace
}  // namespace marquee::playlist
