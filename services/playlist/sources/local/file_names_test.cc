#include "services/playlist/sources/local/file_names.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

struct NameCase {
  std::string_view name;
  std::string_view title;
  std::optional<int32_t> year = std::nullopt;
};

TEST(FileNamesTest, RemovesTheYearFromTheTitle) {
  const NamedTitle named = TitleOfName("Alien (1979)");

  EXPECT_EQ(named.title, "Alien");
  EXPECT_EQ(named.year, 1979);
  EXPECT_EQ(named.slug, "alien-1979");
}

TEST(FileNamesTest, ParsesNamesOfLibraryPrograms) {
  for (const NameCase& wanted : {
           NameCase{"Blade Runner (1982) Final Cut", "Blade Runner (1982) Final Cut", 1982},
           NameCase{"2001 A Space Odyssey", "2001 A Space Odyssey"},
           NameCase{"2001 A Space Odyssey (1968)", "2001 A Space Odyssey", 1968},
           NameCase{"Odd (19791)", "Odd (19791)"},
           NameCase{"Movie (1080) (2010)", "Movie", 2010},
           NameCase{"Movie (2010) (1080p)", "Movie", 2010},
           NameCase{"Movie (2010) [Bluray-1080p][DTS 5.1][x264]-GROUP", "Movie", 2010},
           NameCase{"Movie (2160)", "Movie"},
           NameCase{"1917 (2019)", "1917", 2019},
           NameCase{"2012 (2009)", "2012", 2009},
           NameCase{"(500) Days of Summer (2009)", "(500) Days of Summer", 2009},
           NameCase{"[REC] (2007)", "[REC]", 2007},
           NameCase{"1984 (1956) (1984)", "1984 (1956)", 1984},
           NameCase{"Alien [1979]", "Alien", 1979},
           NameCase{"Lost (2004-2010)", "Lost", 2004},
           NameCase{"Severance (2022-)", "Severance", 2022},
           NameCase{"Severance (2022 \xE2\x80\x93 present)", "Severance", 2022},
           NameCase{"Alien (1979) {tmdb-348}", "Alien", 1979},
           NameCase{"Alien {imdb-tt0078748} (1979)", "Alien", 1979},
           NameCase{"Alien (1979) {edition-Director's Cut}", "Alien", 1979},
           NameCase{"Alien (1979) - 1080p", "Alien", 1979},
           NameCase{"Alien (1979) 2160p UHD BluRay x265-GROUP", "Alien", 1979},
           NameCase{"Alien (1979) [German]", "Alien", 1979},
           NameCase{"Alien (1979) [imdbid-tt0078748] - [1080p]", "Alien", 1979},
           NameCase{"Alien.1979.1080p.BluRay.x264-GROUP", "Alien", 1979},
           NameCase{"Blade.Runner.2049.2017.2160p.WEB-DL", "Blade Runner 2049", 2017},
           NameCase{"Mad_Max_1979_720p", "Mad Max", 1979},
           NameCase{"The.Thing.1080p.BluRay", "The Thing"},
           NameCase{"S.W.A.T", "S.W.A.T"},
           NameCase{"Mr. Robot", "Mr. Robot"},
           NameCase{"IMG_0042", "IMG_0042"},
           NameCase{"WALL-E (2008)", "WALL-E", 2008},
           NameCase{"Apollo 13", "Apollo 13"},
           NameCase{"\xE5\xA4\xA9\xE4\xBD\xBF\xEF\xBC\x88"
                    "1995\xEF\xBC\x89",
                    "\xE5\xA4\xA9\xE4\xBD\xBF", 1995},
           NameCase{"(1979)", "(1979)", 1979},
           NameCase{"[1080p]", "[1080p]"},
           NameCase{"Home Web", "Home Web"},
           NameCase{"Unclosed (1979", "Unclosed (1979"},
       }) {
    const NamedTitle named = TitleOfName(wanted.name);
    EXPECT_EQ(named.title, wanted.title) << wanted.name;
    EXPECT_EQ(named.year, wanted.year) << wanted.name;
    EXPECT_FALSE(named.slug.empty()) << wanted.name;
  }
}

TEST(FileNamesTest, UsesTagsAsProviderIds) {
  for (const auto* name :
       {"Alien (1979) {tmdb-348}", "Alien (1979) [tmdbid-348]", "Alien (1979) [tmdbid=348]",
        "Alien (1979) {tmdb=348}", "Alien (1979) [TMDB-348]", "Alien [tmdb:348] (1979)",
        "Alien (1979) (tmdb-348)", "{tmdb-348} Alien (1979)"}) {
    EXPECT_EQ(TitleOfName(name).tmdb_id, 348) << name;
    EXPECT_EQ(TitleOfName(name).title, "Alien") << name;
    EXPECT_EQ(TitleOfName(name).slug, "alien-1979") << name;
  }
  for (const auto* name :
       {"Alien (1979) {imdb-tt0078748}", "Alien (1979) [imdbid-tt0078748]",
        "Alien (1979) [imdbid=tt0078748]", "Alien (1979) [imdb-tt0078748]",
        "Alien (1979) [tt0078748]", "Alien (1979) (TT0078748)", "Alien (1979) {imdb=tt0078748}"}) {
    EXPECT_EQ(TitleOfName(name).imdb_id, "tt0078748") << name;
    EXPECT_EQ(TitleOfName(name).title, "Alien") << name;
  }
  for (const auto* name :
       {"Lost (2004) {tvdb-73739}", "Lost (2004) [tvdbid=73739]", "Lost (2004) [tvdbid-73739]",
        "Lost (2004) [TVDB-73739]", "Lost (2004) {tvdb=73739}", "Lost (2004) {tvdbid-73739}",
        "Lost (2004) [tvdb=73739]", "Lost (2004) (tvdb-73739)", "Lost [tvdbid-73739] (2004)"}) {
    EXPECT_EQ(TitleOfName(name).tvdb_id, 73739) << name;
    EXPECT_EQ(TitleOfName(name).title, "Lost") << name;
  }
  for (const auto* name : {"Lost (2004) {tmdb-x}", "Lost (2004) [anidb-17]", "Lost (2004) {tmdb-}",
                           "Lost (2004) [imdb-nm0000001]", "Lost (2004) [tvmazeid=1]"}) {
    EXPECT_FALSE(TitleOfName(name).has_ids()) << name;
    EXPECT_EQ(TitleOfName(name).title, "Lost") << name;
  }
  const NamedTitle both = TitleOfName("Alien (1979) {tmdb-348} [imdb-tt0078748]");
  EXPECT_EQ(both.tmdb_id, 348);
  EXPECT_EQ(both.imdb_id, "tt0078748");
}

TEST(FileNamesTest, SlugsContainOnlyAllowedCharacters) {
  EXPECT_EQ(Slug("It's  a Wonderful Life (1946)!"), "its-a-wonderful-life-1946");
  EXPECT_EQ(Slug("X-Men"), "x-men");
}

TEST(FileNamesTest, TitlesInOtherScriptsHaveDistinctSlugs) {
  EXPECT_NE(Slug("天使の涙"), Slug("千と千尋の神隠し"));
  EXPECT_NE(Slug("Amélie"), Slug("Amlie"));
  EXPECT_NE(Slug("!!!"), "");
  EXPECT_EQ(Slug("天使の涙"), Slug("天使の涙"));
}

TEST(FileNamesTest, ComposedAndDecomposedNamesAreOneTitle) {
  const NamedTitle composed = TitleOfName("Am\xC3\xA9lie (2001)");
  const NamedTitle decomposed = TitleOfName("Ame\xCC\x81lie (2001)");

  EXPECT_EQ(decomposed.title, composed.title);
  EXPECT_EQ(decomposed.slug, composed.slug);
}

}  // namespace
}  // namespace marquee::playlist
