#include "services/playlist/model/text.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

TEST(TextTest, DetectsWellFormedUtf8) {
  EXPECT_TRUE(IsUtf8("Amélie 天使 🎬"));
  EXPECT_FALSE(IsUtf8("Am\xE9lie"));         // Latin-1
  EXPECT_FALSE(IsUtf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));      // a surrogate
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(IsUtf8("cut short \xE5\xA4"));
}

TEST(TextTest, ReplacesInvalidAndControlCharacters) {
  EXPECT_EQ(CleanText("  Am\xE9lie\n2 \t"), "Am\xEF\xBF\xBDlie 2");
  EXPECT_EQ(CleanText(" \r\n"), "");
}

TEST(TextTest, TruncatesBetweenCharacters) { EXPECT_EQ(CleanText("aé天", 5), "aé"); }

TEST(TextTest, NormalisesEquivalentTexts) {
  EXPECT_EQ(CleanText("Ame\xCC\x81lie"), "Am\xC3\xA9lie");
}

}  // namespace
}  // namespace marquee::playlist
