#include "services/playlist/refresh/merged_item.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace marquee::playlist {
namespace {

Item Base(const std::string& source) {
  Item item;
  item.key = item.id = source + "-1";
  item.server_name = source;
  item.type = "movie";
  item.title = "Alien";
  item.poster_url = "/image?server=" + source + "&path=%2Fposter";
  return item;
}

Item MergedOf(const Item& first, const Item& second) {
  return MergeFields({MakePlaylistItem(first), MakePlaylistItem(second)});
}

TEST(MergedItemTest, UsesTheFirstPartThatHasAField) {
  Item a = Base("A");
  a.overview = "A's words";
  a.genres = {"Horror"};
  Item b = Base("B");
  b.title = "Alien: The 8th Passenger";
  b.overview = "B's words";
  b.tagline = "In space no one can hear you scream.";
  b.genres = {"Science Fiction", "Horror"};
  b.rating = 8.5;
  b.runtime_ms = 7'000'000;
  b.tmdb_id = 348;
  b.clear_logo_url = "/image?server=B&path=%2Flogo";
  b.has_trailer = true;

  const Item merged = MergedOf(a, b);

  EXPECT_EQ(merged.title, "Alien");
  EXPECT_EQ(merged.overview, "A's words");
  EXPECT_EQ(merged.genres, a.genres);
  EXPECT_EQ(merged.tagline, b.tagline);
  EXPECT_EQ(merged.rating, 8.5);
  EXPECT_EQ(merged.runtime_ms, 7'000'000);
  EXPECT_EQ(merged.tmdb_id, 348);
  EXPECT_EQ(merged.clear_logo_url, b.clear_logo_url);
  EXPECT_TRUE(merged.has_trailer);
  EXPECT_EQ(MergedOf(b, a).overview, "B's words");
}

TEST(MergedItemTest, UsesTheStrictestAgeRating) {
  Item a = Base("A");
  Item b = Base("B");
  a.content_rating = a.official_rating = "PG-13";
  b.content_rating = b.official_rating = "FSK 16";

  EXPECT_EQ(MergedOf(a, b).content_rating, "FSK 16");
  EXPECT_EQ(MergedOf(b, a).content_rating, "FSK 16");
  EXPECT_EQ(MergedOf(a, b).official_rating, "FSK 16");
  a.content_rating.clear();
  EXPECT_EQ(MergedOf(a, b).content_rating, "FSK 16");
}

TEST(MergedItemTest, TakesPosterThumbnailAndPlaceholderFromOnePart) {
  Item a = Base("A");
  a.background_url = a.poster_url;  // no separate background
  a.placeholder = Placeholder{.thumb_hash = "12345", .dominant_color = "#000000"};
  Item b = Base("B");
  b.thumbnail_url = "/image?server=B&path=%2Fthumb";
  b.background_url = "/image?server=B&path=%2Fart";
  b.placeholder = Placeholder{.thumb_hash = "67890", .dominant_color = "#ffffff"};

  const Item merged = MergedOf(a, b);

  EXPECT_EQ(merged.poster_url, a.poster_url);
  EXPECT_EQ(merged.thumbnail_url, "");
  EXPECT_EQ(merged.placeholder, a.placeholder);
  EXPECT_EQ(merged.background_url, b.background_url);
  b.background_url.clear();
  EXPECT_EQ(MergedOf(a, b).background_url, a.poster_url);
}

TEST(MergedItemTest, TakesStreamsFromOnePart) {
  Item hd = Base("A");
  hd.quality_label = "1080p";
  hd.video = VideoStream{.width = 1920, .height = 1080, .codec = "h264", .aspect_ratio = "1.78:1"};
  Item uhd = Base("B");
  uhd.quality_label = "4K";
  uhd.has_hdr = true;
  uhd.has_dolby_vision = true;
  uhd.audio.emplace().codec = "truehd";

  const Item merged = MergedOf(hd, uhd);

  EXPECT_EQ(merged.quality_label, "1080p");
  EXPECT_FALSE(merged.has_hdr) << "the 1080p copy has no HDR";
  EXPECT_FALSE(merged.audio);
  EXPECT_TRUE(MergedOf(Base("C"), uhd).has_dolby_vision);
}

TEST(MergedItemTest, PrefersTheCopyWithMorePixels) {
  Item sd = Base("A");
  sd.quality_label = "SD";
  Item hd = Base("B");
  hd.video = VideoStream{.width = 1920, .height = 800, .codec = "", .aspect_ratio = ""};
  Item uhd = Base("C");
  uhd.quality_label = "4K";

  EXPECT_TRUE(IsBetterCopy(uhd, hd));
  EXPECT_TRUE(IsBetterCopy(hd, sd));
  EXPECT_FALSE(IsBetterCopy(sd, hd));
  EXPECT_TRUE(IsBetterCopy(Base("A"), Base("B"))) << "equal: by key";
}

}  // namespace
}  // namespace marquee::playlist
