#include "services/playlist/sources/local/glob.h"

#include <gtest/gtest.h>

#include <string>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

bool Matches(std::string_view pattern, std::string_view path, bool fold_case = false) {
  const auto glob = Glob::Parse(pattern, fold_case);
  EXPECT_TRUE(glob.ok()) << pattern << ": " << base::MessageOf(glob.status());
  return glob.ok() && glob->Matches(GlobPathOf(path, fold_case));
}

TEST(GlobTest, MatchesWithinAPart) {
  EXPECT_TRUE(Matches("*.png", "a.png"));
  EXPECT_FALSE(Matches("*.png", "a/b.png"));
  EXPECT_TRUE(Matches("a*b*c", "aXXbYYbZc"));
  EXPECT_FALSE(Matches("a*b*c", "aXXbYYbZ"));
  EXPECT_TRUE(Matches("?", "\xE5\xA4\xA9")) << "one character, not one byte";
  EXPECT_FALSE(Matches("?", "ab"));
  EXPECT_TRUE(Matches("[a-c]x[!0-9]", "bxy"));
  EXPECT_FALSE(Matches("[a-c]x[!0-9]", "bx7"));
  EXPECT_TRUE(Matches("[]x]", "]"));
  EXPECT_TRUE(Matches("\\*\\[", "*["));
  EXPECT_FALSE(Matches("\\*", "x"));
  EXPECT_TRUE(Matches("*", ""));
}

TEST(GlobTest, MatchesAcrossParts) {
  EXPECT_TRUE(Matches("**/thumbs", "thumbs"));
  EXPECT_TRUE(Matches("**/thumbs", "a/b/thumbs"));
  EXPECT_TRUE(Matches("a/**/z", "a/z"));
  EXPECT_TRUE(Matches("a/**/z", "a/b/c/z"));
  EXPECT_FALSE(Matches("a/**/z", "b/z"));
  EXPECT_TRUE(Matches("a/**", "a/b/c"));
  EXPECT_FALSE(Matches("a/**", "a")) << "matches the contents, not the folder";
  EXPECT_FALSE(Matches("a/*", "a/b/c"));
}

TEST(GlobTest, MatchesComposedAndDecomposedText) {
  EXPECT_TRUE(Matches("Am\xC3\xA9lie*", "Ame\xCC\x81lie (2001).jpg"));
  EXPECT_FALSE(Matches("EXTRAS", "extras"));
  EXPECT_TRUE(Matches("EXTRAS", "extras", true));
  EXPECT_TRUE(Matches("\xC3\x89T\xC3\x89", "e\xCC\x81te\xCC\x81", true));
}

TEST(GlobTest, RejectsInvalidPatterns) {
  for (const auto& pattern : {std::string(), std::string("a["), std::string("[a-z"),
                              std::string("x\\"), std::string(2000, 'x')}) {
    EXPECT_EQ(Glob::Parse(pattern, false).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

// Backtracking matchers take exponential time for these.
TEST(GlobTest, MatchesInTimeProportionalToPatternTimesPath) {
  std::string stars;
  for (int i = 0; i < 100; ++i) stars += "*a";
  EXPECT_FALSE(Matches(stars + "b", std::string(250, 'a')));
  std::string deep;
  std::string path;
  for (int i = 0; i < 100; ++i) {
    deep += "**/a/";
    path += "a/";
  }
  EXPECT_FALSE(Matches(deep + "b", path + path + "a"));
}

}  // namespace
}  // namespace marquee::playlist
