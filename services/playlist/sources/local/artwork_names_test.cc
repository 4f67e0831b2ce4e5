#include "services/playlist/sources/local/artwork_names.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

ArtworkPart PartOf(std::string_view stem, bool is_title = false) {
  return ArtworkNameOf(stem, [is_title](std::string_view) { return is_title; }).part;
}
std::string_view BaseOf(std::string_view stem) {
  return ArtworkNameOf(stem, [](std::string_view) { return false; }).base;
}

TEST(ArtworkNamesTest, DetectsWordsWithoutABase) {
  for (const auto* stem : {"poster", "Folder", "COVER", "movie", "show", "default", "poster2"})
    EXPECT_EQ(PartOf(stem), ArtworkPart::kPoster) << stem;
  for (const auto* stem : {"fanart", "fanart1", "fanart-2", "Backdrop", "background", "art"})
    EXPECT_EQ(PartOf(stem), ArtworkPart::kBackground) << stem;
  for (const auto* stem : {"logo", "clearlogo", "ClearLogo", "clear-logo"})
    EXPECT_EQ(PartOf(stem), ArtworkPart::kClearLogo) << stem;
  for (const auto* stem : {"banner", "disc", "discart", "cdart", "clearart", "landscape", "thumb",
                           "keyart", "characterart3", "square_art", "screenshot"})
    EXPECT_EQ(PartOf(stem), ArtworkPart::kOther) << stem;
}

TEST(ArtworkNamesTest, DetectsWordsAfterABase) {
  EXPECT_EQ(PartOf("Alien (1979)-poster"), ArtworkPart::kPoster);
  EXPECT_EQ(BaseOf("Alien (1979)-poster"), "Alien (1979)");
  EXPECT_EQ(PartOf("Alien (1979)_background"), ArtworkPart::kBackground);
  EXPECT_EQ(BaseOf("Alien (1979)_background"), "Alien (1979)");
  EXPECT_EQ(BaseOf("Alien (1979) - fanart-2"), "Alien (1979)");
  EXPECT_EQ(PartOf("Alien.1979.1080p.clearlogo"), ArtworkPart::kClearLogo);
  EXPECT_EQ(BaseOf("Alien-clear-logo"), "Alien");
  EXPECT_EQ(PartOf("Alien-landscape"), ArtworkPart::kOther);
}

TEST(ArtworkNamesTest, CommonTitleWordsRequireATitleBeforeThem) {
  for (const auto* stem : {"Pop-Art", "The Truman-Show", "Black-Box", "Run-Away-Cover"}) {
    EXPECT_EQ(PartOf(stem, false), ArtworkPart::kNone) << stem;
  }
  EXPECT_EQ(PartOf("Alien-cover", true), ArtworkPart::kPoster);
  EXPECT_EQ(PartOf("Alien-art", true), ArtworkPart::kBackground);
}

TEST(ArtworkNamesTest, DoesNotMistakeTitlesForArtwork) {
  for (const auto* stem :
       {"Alien (1979)", "Open Season 2", "Open Season 2 (2008)", "Season of the Witch (1972)",
        "Series 7 The Contenders", "S1m0ne (2002)", "Postern", "The Square (2017)", "1917",
        "Specials of the day", "Apollo 13", "Mr. and Mrs. Smith", "The Banner (2020)"}) {
    EXPECT_EQ(PartOf(stem), ArtworkPart::kNone) << stem;
  }
}

TEST(ArtworkNamesTest, DetectsImagesOfSeasonsAndEpisodes) {
  for (const auto* stem :
       {"season01-poster", "season01", "Season 1", "season-all-poster", "season-specials-banner",
        "Season01_background", "Lost_Season01", "Lost - Season 1", "Lost (2004) - Specials",
        "specials", "specials-poster", "S01E01", "Lost - S01E02 - Pilot", "lost.s01e02-thumb",
        "Lost_S01E01", "Lost S02", "s03", "Staffel 2", "Lost S01 E02"}) {
    EXPECT_EQ(PartOf(stem), ArtworkPart::kSeason) << stem;
  }
}

TEST(ArtworkNamesTest, DetectsFoldersOfSeasonsAndExtras) {
  for (const auto* name : {"Season 01", "season1", "Season 1 (2008)", "Staffel 2", "Saison 03",
                           "Specials", "S01", "Series 2", "S\xC3\xA4song 1"}) {
    EXPECT_TRUE(IsSeasonFolder(name)) << name;
  }
  for (const auto* name : {"Season of the Witch (1972)", "Series", "Seasons", "Se7en (1995)",
                           "S.W.A.T", "Serious Moonlight"}) {
    EXPECT_FALSE(IsSeasonFolder(name)) << name;
  }
  EXPECT_TRUE(IsExtrasFolder("Behind The Scenes"));
  EXPECT_FALSE(IsExtrasFolder("Alien (1979)"));
}

TEST(ArtworkNamesTest, PrefersTheMoreSpecificName) {
  const auto rank = [](std::string_view stem) {
    return ArtworkNameOf(stem, [](std::string_view) { return true; }).rank;
  };
  EXPECT_LT(rank("poster"), rank("folder"));
  EXPECT_LT(rank("folder"), rank("cover"));
  EXPECT_LT(rank("cover"), rank("poster1"));
  EXPECT_LT(rank("fanart"), rank("backdrop"));
}

}  // namespace
}  // namespace marquee::playlist
