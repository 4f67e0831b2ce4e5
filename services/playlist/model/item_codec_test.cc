#include "services/playlist/model/item_codec.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

Item FullItem() {
  Item item;
  item.key = "jellyfin_7";
  item.id = "jellyfin_7";
  item.source = "jellyfin";
  item.server_name = "Living Room";
  item.type = "movie";
  item.library = "Movies";
  item.title = "Amélie";
  item.original_title = "Le Fabuleux Destin d'Amélie Poulain";
  item.year = 2001;
  item.release_date = "2001-04-25";
  item.tagline = "t";
  item.overview = "o";
  item.rating = 8.3;
  item.content_rating = "R";
  item.official_rating = "R";
  item.genres = {"Comedy", "Romance"};
  item.studios = {"Victoires"};
  item.imdb_url = "https://www.imdb.com/title/tt0211915";
  item.tmdb_id = 194;
  item.rotten_tomatoes = RottenTomatoes{.score = 90, .icon = "fresh", .original_score = 9.0};
  item.runtime_minutes = 122;
  item.runtime_ms = 7'320'000;
  item.added_at_ms = -1;
  item.poster_url = "/image?p";
  item.background_url = "/image?b";
  item.thumbnail_url = "/image?t";
  item.clear_logo_url = "/image?c";
  item.quality_label = "4K";
  item.has_hdr = true;
  item.has_dolby_vision = true;
  item.video = VideoStream{.width = 3840, .height = 2160, .codec = "hevc", .aspect_ratio = "16:9"};
  item.audio = AudioTrack{
      .codec = "eac3", .channels = 6, .profile = "p", .language = "fre", .display_title = "d"};
  item.artist = "ar";
  item.album = "al";
  item.platform = "pl";
  item.has_trailer = true;
  item.has_theme = true;
  item.placeholder =
      Placeholder{.thumb_hash = std::string("\0\xff\x80\0\x01", 5), .dominant_color = "#102030"};
  return item;
}

TEST(ItemCodecTest, DecodesEveryField) {
  const Item item = FullItem();

  const auto decoded = DecodeItem(EncodeItem(item));

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, item);
}

TEST(ItemCodecTest, DistinguishesAbsentFromZero) {
  Item zero;
  zero.year = 0;
  zero.rating = 0.0;

  EXPECT_EQ(DecodeItem(EncodeItem(Item{}))->year, std::nullopt);
  EXPECT_EQ(DecodeItem(EncodeItem(zero))->year, 0);
  EXPECT_EQ(DecodeItem(EncodeItem(zero))->rating, 0.0);
}

TEST(ItemCodecTest, SkipsUnknownFields) {
  std::string bytes = EncodeItem(FullItem());
  PutVarint(9000, &bytes);
  PutText("from the future", &bytes);

  const auto decoded = DecodeItem(bytes);

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, FullItem());
}

TEST(ItemCodecTest, TruncatedBytesAreAnErrorOrAShorterItem) {
  const std::string bytes = EncodeItem(FullItem());

  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto decoded = DecodeItem(std::string_view(bytes).substr(0, length));
    if (decoded.ok()) EXPECT_NE(*decoded, FullItem());
  }
  EXPECT_FALSE(DecodeItem(std::string_view("\x01\xFF", 2)).ok());
}

}  // namespace
}  // namespace marquee::playlist
