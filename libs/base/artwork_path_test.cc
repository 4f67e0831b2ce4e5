#include "libs/base/artwork_path.h"

#include <gtest/gtest.h>

#include <string>

namespace marquee::base {
namespace {

TEST(ArtworkPathTest, AcceptsPathsOfFilesAndServers) {
  for (const auto* path : {"/posters/Alien (1979).jpg", "/x.zip?entry=poster",
                           "/library/metadata/1/thumb/17?a=b&c=..d", "/What?.jpg", "/a?b\\c.jpg",
                           "/100% real.jpg", "/50%.jpg", "/...jpg", "/a..b/c..", "/%41.jpg", "/"}) {
    EXPECT_EQ(ArtworkPathFault(path), "") << path;
  }
}

TEST(ArtworkPathTest, RejectsTraversalForeignHostsAndControlCharacters) {
  for (const auto& path :
       {std::string(), std::string("a.jpg"), std::string("//host/a.jpg"), std::string("/../a.jpg"),
        std::string("/a/.."), std::string("/a\\..\\b.jpg"), std::string("/back\\slash.jpg"),
        std::string("/a?.."), std::string("/%2e%2e/a.jpg"), std::string("/a%2F..%2fb.jpg"),
        std::string("/a%5c..%5Cb"), std::string("/a\nb.jpg"), std::string("/a%0Ab.jpg"),
        std::string("/a\x7F.jpg"), std::string("/a\0b", 4), "/" + std::string(2048, 'x')}) {
    EXPECT_NE(ArtworkPathFault(path), "") << path;
  }
}

}  // namespace
}  // namespace marquee::base
