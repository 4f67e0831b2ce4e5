#include "services/playlist/model/title_key.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace marquee::playlist {
namespace {

TEST(TitleKeyTest, SpellingsOfOneTitleHaveEqualKeys) {
  const std::vector<std::vector<std::string>> spellings = {
      {"Amélie", "Ame\xCC\x81lie", "AMÉLIE", "Amelie", "amélie "},
      {"WALL·E", "WALL-E", "Wall•E", "Wall E", "WALLE"},
      {"The Matrix", "Matrix, The", "MATRIX, THE", "Matrix", "the  matrix"},
      {"Der Pate", "Pate, Der", "der pate"},
      {"Fast & Furious", "Fast and Furious", "FAST AND FURIOUS!"},
      {"Spider-Man: Far from Home", "Spider‑Man – Far From Home", "Spiderman Far from Home"},
      {"Alien³", "Alien 3", "ALIEN 3"},
      {"Ｔｏｋｙｏ Ｓｔｏｒｙ", "Tokyo Story"},
      {"Straße", "STRASSE", "Strasse"},
      {"Don't Look Up", "Don’t Look Up", "Dont Look Up"},
      {"M*A*S*H", "MASH"},
      {"An Education", "Education, An"},
      {"Ёлки", "ёлки", "Е\xCC\x88лки"},
  };
  for (const auto& group : spellings) {
    for (const std::string& each : group) EXPECT_EQ(TitleKey(each), TitleKey(group[0])) << each;
  }
}

TEST(TitleKeyTest, DifferentTitlesHaveDifferentKeys) {
  const std::vector<std::string> titles = {
      "Alien", "Aliens", "Alien 3", "It",   "It Follows",
      "A",     "The",    "9",       "+",    "$",
      "???",   "!!!",    "A.I.",    "AI 2", "が",
      "か",    "भारत",   "भरत",     "ไทย",  "The Host Story",
      "Host",  "Up",     "Upp",
  };
  for (size_t i = 0; i < titles.size(); ++i) {
    EXPECT_NE(TitleKey(titles[i]), "") << titles[i];
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(TitleKey(titles[i]), TitleKey(titles[j])) << titles[i] << " / " << titles[j];
    }
  }
  EXPECT_EQ(TitleKey(""), "");
  EXPECT_NE(TitleKey("\xff\xfe"), TitleKey("Alien")) << "invalid UTF-8 is accepted";
}

}  // namespace
}  // namespace marquee::playlist
