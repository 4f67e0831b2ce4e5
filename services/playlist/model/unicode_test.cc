#include "services/playlist/model/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace marquee::playlist {
namespace {

// `text`, which is ASCII, in two or four bytes per character.
std::string Wide(std::string_view text, size_t width, bool big_endian) {
  std::string wide;
  for (const char c : text) {
    std::string unit(width, '\0');
    unit[big_endian ? width - 1 : 0] = c;
    wide += unit;
  }
  return wide;
}

TEST(UnicodeTest, ComposesDecomposedFileNamesOfMacOs) {
  EXPECT_EQ(Nfc("Ame\xCC\x81lie"), "Am\xC3\xA9lie");
  EXPECT_EQ(Nfc("Am\xC3\xA9lie"), "Am\xC3\xA9lie");
  EXPECT_EQ(Nfc("\xE1\x84\x80\xE1\x85\xA1"), "\xEA\xB0\x80") << "Hangul jamo";
  EXPECT_EQ(Nfc("\xE3\x81\x8B\xE3\x82\x99"), "\xE3\x81\x8C") << "kana with a voicing mark";
  EXPECT_EQ(Nfc("A\xCC\x8A"
                "ngstro\xCC\x88m"),
            "\xC3\x85ngstr\xC3\xB6m");
  EXPECT_EQ(Nfc("plain"), "plain");
  EXPECT_EQ(Nfc(""), "");
  EXPECT_EQ(Nfc("Am\xE9lie"), "Am\xE9lie") << "not UTF-8";
}

TEST(UnicodeTest, FoldsCaseWidthAndComposition) {
  EXPECT_EQ(FoldForComparison("AME\xCC\x81LIE"), FoldForComparison("am\xC3\xA9lie"));
  EXPECT_EQ(FoldForComparison("STRASSE"), FoldForComparison("Stra\xC3\x9F"
                                                            "e"));
  EXPECT_EQ(FoldForComparison("\xEF\xBC\xA1"), "a") << "full width";
  EXPECT_NE(FoldForComparison("Amelie"), FoldForComparison("Am\xC3\xA9lie"));
}

TEST(UnicodeTest, SplitsIntoCodePoints) {
  EXPECT_EQ(CodePointsOf("e\xCC\x81\xF0\x9F\x8E\xAC", false), (std::u32string{0xE9, 0x1F3AC}));
  EXPECT_EQ(CodePointsOf("A*", true), U"a*");
}

TEST(UnicodeTest, DecodesByTheByteOrderMark) {
  const std::string json = R"({"title":"Alien"})";
  EXPECT_EQ(DecodeText("\xEF\xBB\xBF" + json), json);
  EXPECT_EQ(DecodeText("\xFF\xFE" + Wide(json, 2, false)), json);
  EXPECT_EQ(DecodeText("\xFE\xFF" + Wide(json, 2, true)), json);
  EXPECT_EQ(DecodeText(std::string("\xFF\xFE\0\0", 4) + Wide(json, 4, false)), json);
  EXPECT_EQ(DecodeText(std::string("\0\0\xFE\xFF", 4) + Wide(json, 4, true)), json);
}

TEST(UnicodeTest, DecodesByZeroBytesElseAsUtf8OrWindows1252) {
  const std::string json = R"({"title":"Alien"})";
  for (const size_t width : {size_t{2}, size_t{4}}) {
    EXPECT_EQ(DecodeText(Wide(json, width, false)), json);
    EXPECT_EQ(DecodeText(Wide(json, width, true)), json);
  }
  EXPECT_EQ(DecodeText("Am\xC3\xA9lie"), "Am\xC3\xA9lie");
  EXPECT_EQ(DecodeText("Am\xE9lie \x80"), "Am\xC3\xA9lie \xE2\x82\xAC");
  EXPECT_EQ(DecodeText(""), "");
  EXPECT_EQ(DecodeText("{"), "{");
}

}  // namespace
}  // namespace marquee::playlist
