#include "services/playlist/sources/remote/path_parts.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace marquee::playlist {
namespace {

TEST(PathPartsTest, AcceptsOnlyPlainPaths) {
  for (const char* path :
       {"/a", "/library/metadata/12/thumb/99", "/t/p/w500/aB_9.jpg", "/a..b/c"}) {
    EXPECT_TRUE(IsPlainPath(path)) << path;
  }
  for (const std::string path :
       {"", "a", "/", "//a", "/a/", "/a//b", "/..", "/a/../b", "/.", "/...", "/a%2fb", "/a?b",
        "/a b", "/a\\b", "/a\n", "/ä", "/a:b", "/a#b"}) {
    EXPECT_FALSE(IsPlainPath(path)) << path;
  }
}

TEST(PathPartsTest, AcceptsOnlyKnownParameters) {
  static constexpr std::array<std::string_view, 2> kNames = {"tag", "width"};
  EXPECT_TRUE(IsPlainQuery("", kNames));
  EXPECT_TRUE(IsPlainQuery("tag=a1&width=300", kNames));
  for (const char* query :
       {"tag", "tag=", "other=1", "tag=a%26b", "tag=a&url=http://x", "tag=a b"}) {
    EXPECT_FALSE(IsPlainQuery(query, kNames)) << query;
  }
}

}  // namespace
}  // namespace marquee::playlist
