#include "services/playlist/sources/remote/json_repair.h"

#include <gtest/gtest.h>

#include <string>

namespace marquee::playlist {
namespace {

std::string Repaired(std::string text) {
  RepairJson(&text);
  return text;
}

TEST(JsonRepairTest, KeepsValidText) {
  for (std::string text :
       {R"({"a":"b","c":[1,2.5e3,true,null]})", R"({"a":"\"\\\/\b\f\n\r\t"})",
        R"({"a":"\u00e9\ud83d\ude00"})", "{\n\t\"a\" : \"\xC3\xA9\xF0\x9F\x98\x80\"\r\n}", ""}) {
    const std::string before = text;
    EXPECT_FALSE(RepairJson(&text)) << before;
    EXPECT_EQ(text, before);
  }
}

TEST(JsonRepairTest, ReplacesInvalidUtf8) {
  EXPECT_EQ(Repaired("{\"a\":\"Am\xE9lie\"}"), "{\"a\":\"Am\xEF\xBF\xBDlie\"}");
  EXPECT_EQ(Repaired("{\"a\":\"x\xF0\x9F\x98\"}"), "{\"a\":\"x\xEF\xBF\xBD\"}")
      << "a truncated emoji";
  EXPECT_EQ(Repaired("{\"a\":\"\xC0\xAF\xFF\"}"), "{\"a\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"}");
  EXPECT_EQ(Repaired("{\"a\"\xE9:1}"), "{\"a\" :1}") << "between tokens";
}

TEST(JsonRepairTest, ReplacesRawControlCharactersInStrings) {
  EXPECT_EQ(Repaired("{\n\"a\":\"b\x01\n\tc\"}"), "{\n\"a\":\"b   c\"}");
  EXPECT_EQ(Repaired(std::string("{\"a\":\"b\0c\"}", 11)), "{\"a\":\"b c\"}");
  EXPECT_EQ(Repaired(std::string("{\"a\":\0 1}", 9)), "{\"a\":  1}");
}

TEST(JsonRepairTest, ReplacesTruncatedAndUnknownEscapes) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(Repaired(R"({"a":"x\ud83d"})"), R"({"a":"x)" + mark + R"("})");
  EXPECT_EQ(Repaired(R"({"a":"x\ude00y"})"), R"({"a":"x)" + mark + R"(y"})");
  EXPECT_EQ(Repaired(R"({"a":"x\ud83d\u0041"})"), R"({"a":"x)" + mark + R"(\u0041"})");
  EXPECT_EQ(Repaired(R"({"a":"x\ud83d\ude0"})"), R"({"a":"x)" + mark + mark + R"("})");
  EXPECT_EQ(Repaired(R"({"a":"x\u00","b":1})"), R"({"a":"x)" + mark + R"(","b":1})");
  EXPECT_EQ(Repaired(R"({"a":"it\'s \x41"})"), R"({"a":"it's )" + mark + R"(x41"})");
  EXPECT_EQ(Repaired("{\"a\":\"x\\\xE9\"}"), "{\"a\":\"x" + mark + mark + "\"}");
}

}  // namespace
}  // namespace marquee::playlist
