#include "services/playlist/sources/local/file_names.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

TEST(FileNamesTest, TakesTheYearOutOfTheTitle) {
  const NamedTitle named = TitleOfPath("posters/Alien (1979).jpg");

  EXPECT_EQ(named.title, "Alien");
  EXPECT_EQ(named.year, 1979);
  EXPECT_EQ(named.slug, "alien-1979");
}

TEST(FileNamesTest, AYearInTheMiddleCountsButStays) {
  const NamedTitle named = TitleOfPath("Blade Runner (1982) Final Cut.webp");

  EXPECT_EQ(named.title, "Blade Runner (1982) Final Cut");
  EXPECT_EQ(named.year, 1982);
}

TEST(FileNamesTest, ANumberWithoutBracketsIsNoYear) {
  const NamedTitle named = TitleOfPath("2001 A Space Odyssey.jpg");

  EXPECT_EQ(named.title, "2001 A Space Odyssey");
  EXPECT_EQ(named.year, std::nullopt);
  EXPECT_EQ(TitleOfPath("Odd (19791).jpg").year, std::nullopt);
}

TEST(FileNamesTest, ARoleNameGivesWayToItsFolder) {
  EXPECT_EQ(TitleOfPath("Films/Heat (1995)/poster.jpg").title, "Heat");
  EXPECT_EQ(TitleOfPath("Films/Heat (1995)/Folder.png").year, 1995);
  EXPECT_EQ(TitleOfPath("poster.jpg").title, "poster");
}

TEST(FileNamesTest, SlugsKeepOnlyWhatAnIdMayHave) {
  EXPECT_EQ(Slug("It's  a Wonderful Life (1946)!"), "its-a-wonderful-life-1946");
  EXPECT_EQ(Slug("X-Men"), "x-men");
}

TEST(FileNamesTest, TitlesInAnotherScriptStayApart) {
  EXPECT_NE(Slug("天使の涙"), Slug("千と千尋の神隠し"));
  EXPECT_NE(Slug("Amélie"), Slug("Amlie"));
  EXPECT_NE(Slug("!!!"), "");
  EXPECT_EQ(Slug("天使の涙"), Slug("天使の涙"));
}

}  // namespace
}  // namespace marquee::playlist
