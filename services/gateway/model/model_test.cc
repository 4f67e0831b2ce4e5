#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "libs/base/strings.h"
#include "services/gateway/model/display_settings.h"
#include "services/gateway/model/image.h"
#include "services/gateway/model/item_json.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/playlist_view.h"

namespace marquee::gateway {
namespace {

MediaItem Everything() {
  MediaItem item;
  item.key = "plex-Den-1";
  item.id = "plex-Den-1";
  item.source = "plex";
  item.server_name = "Den";
  item.type = ItemType::kMovie;
  item.title = "Alien \"Director's Cut\"";
  item.original_title = "Alien";
  item.year = 1979;
  item.poster_url = "/image?p";
  item.background_url = "/image?b";
  item.thumbnail_url = "/image?t";
  item.clear_logo_url = "/image?l";
  item.tagline = "In space";
  item.overview = "A crew.";
  item.rating = 8.5;
  item.content_rating = "R";
  item.official_rating = "R";
  item.genres = {"Horror", "Sci-Fi"};
  item.studios = {"Fox"};
  item.imdb_url = "https://www.imdb.com/title/tt0078748/";
  item.tmdb_id = 348;
  item.rotten_tomatoes = {.score = 93, .icon = "certified-fresh", .original_score = 9.3};
  item.runtime_ms = 7'020'000;
  item.quality_label = "4K";
  item.library = "Movies";
  item.added_at_ms = 1'600'000'000'000;
  item.release_date = "1979-05-25";
  item.has_hdr = true;
  item.has_dolby_vision = true;
  item.video_stream = {.height = 2160, .width = 3840, .codec = "hevc", .aspect_ratio = "2.39:1"};
  item.audio_track = {.codec = "truehd", .channels = 8, .profile = "Atmos", .language = "en"};
  item.streaming = {
      .region = "DE",
      .providers = {{.name = "Netflix", .type = "subscription", .logo_url = "/image?n"},
                    {.name = "Apple TV", .type = "rent", .logo_url = ""}},
      .link = "https://www.themoviedb.org/movie/348/watch"};
  item.available_in = {{.source = "Den", .library = "Movies", .key = "plex-Den-1"},
                       {.source = "Attic", .library = "", .key = "jellyfin_9"}};
  item.aliases = {"jellyfin_9", "local-alien"};
  item.dominant_color = "#102030";
  item.thumb_hash = std::string("\0\xff\x01\x02\x03", 5);
  return item;
}

TEST(ItemJson, WritesFieldsInFixedOrder) {
  std::string text;
  AppendItemJson(Everything(), text);
  EXPECT_EQ(
      text,
      R"({"key":"plex-Den-1","id":"plex-Den-1","source":"plex","serverName":"Den","type":"movie",)"
      R"("title":"Alien \"Director's Cut\"","originalTitle":"Alien","year":1979,)"
      R"("posterUrl":"/image?p","backgroundUrl":"/image?b","thumbnailUrl":"/image?t",)"
      R"("clearLogoUrl":"/image?l","tagline":"In space","overview":"A crew.","rating":8.5,)"
      R"("contentRating":"R","officialRating":"R","genres":["Horror","Sci-Fi"],)"
      R"("studios":["Fox"],"imdbUrl":"https://www.imdb.com/title/tt0078748/","tmdbId":348,)"
      R"("rottenTomatoes":{"score":93,"icon":"certified-fresh","originalScore":9.3},)"
      R"("runtime":117,"runtimeMs":7020000,"qualityLabel":"4K","quality":"4K",)"
      R"("library":"Movies","addedAtMs":1600000000000,"releaseDate":"1979-05-25",)"
      R"("resolution":"4K","aspectRatio":"2.39:1","audioCodec":"truehd","audioChannels":8,)"
      R"("hasHDR":true,"hasDolbyVision":true,)"
      R"("videoStreams":[{"height":2160,"width":3840,"codec":"hevc","aspectRatio":"2.39:1"}],)"
      R"("audioTracks":[{"codec":"truehd","channels":8,"profile":"Atmos","language":"en"}],)"
      R"("streaming":{"available":true,"providers":[)"
      R"({"name":"Netflix","type":"subscription","logo":"/image?n"},)"
      R"({"name":"Apple TV","type":"rent"}],"region":"DE",)"
      R"("link":"https://www.themoviedb.org/movie/348/watch"},)"
      R"("available_in":[{"source":"Den","library":"Movies","key":"plex-Den-1"},)"
      R"({"source":"Attic","key":"jellyfin_9"}],"aliases":["jellyfin_9","local-alien"],)"
      R"("dominantColor":"#102030","thumbHash":"AP8BAgM="})");
}

TEST(ItemJson, UsesStreamHeightAsResolutionWithoutLabel) {
  MediaItem item;
  item.video_stream = {.height = 1440, .width = 2560, .codec = "", .aspect_ratio = ""};
  std::string text;
  AppendItemJson(item, text);
  EXPECT_EQ(text, R"({"resolution":"1440p","videoStreams":[{"height":1440,"width":2560}]})");
}

TEST(ItemJson, OmitsUnknownFields) {
  MediaItem item;
  item.title = "x";
  std::string text;
  AppendItemJson(item, text);
  EXPECT_EQ(text, R"({"title":"x"})");
}

TEST(ItemJson, WritesWholeRatingsWithoutDecimals) {
  MediaItem item;
  item.rating = 7.0;
  std::string text;
  AppendItemJson(item, text);
  EXPECT_EQ(text, R"({"rating":7})");
}

TEST(ItemJson, IsValidJsonForAnyText) {
  MediaItem item;
  item.title = std::string("\0\x01\n\"\\\xff/\xe2\x80\xa8", 10);
  std::string text;
  AppendItemJson(item, text);
  boost::system::error_code ec;
  boost::json::parse(text, ec);
  EXPECT_FALSE(ec) << text;
}

TEST(PlaylistView, AppliesSourceFilters) {
  MediaItem tmdb_in_plex = Everything();
  MediaItem game;
  game.key = "romm_Shelf_1";
  game.source = "romm";
  game.type = ItemType::kGame;
  PlaylistViewBuilder builder;
  builder.Add(tmdb_in_plex);
  builder.Add(game);

  const auto view = builder.Build("v", absl::UnixEpoch());

  EXPECT_TRUE(view->Passes(0, SourceFilter::kPlex));
  EXPECT_TRUE(view->Passes(0, SourceFilter::kTmdb));
  EXPECT_FALSE(view->Passes(0, SourceFilter::kLocal));
  EXPECT_TRUE(view->Passes(1, SourceFilter::kRomm));
  EXPECT_TRUE(view->IsGame(1));
  EXPECT_EQ(view->json(1), R"({"key":"romm_Shelf_1","source":"romm","type":"game"})");
}

TEST(PlaylistView, FindsMergedTitleByAnyKeyAndSource) {
  // Available from Plex and, with the key jellyfin_9, from Jellyfin; formerly also from a folder.
  MediaItem merged = Everything();
  merged.tmdb_id = 0;
  MediaItem gone = Everything();  // keeps its key of Plex although only Jellyfin still has it
  gone.key = gone.id = "plex-Den-2";
  gone.source = "jellyfin";
  gone.tmdb_id = 0;
  gone.available_in = {{.source = "Attic", .library = "", .key = "jellyfin_8"}};
  gone.aliases = {"jellyfin_8"};
  PlaylistViewBuilder builder;
  builder.Add(merged);
  builder.Add(gone);

  const auto view = builder.Build("v", absl::UnixEpoch());

  EXPECT_EQ(view->Find("plex-Den-1"), 0U);
  EXPECT_EQ(view->Find("jellyfin_9"), 0U);
  EXPECT_EQ(view->Find("local-alien"), 0U);
  EXPECT_EQ(view->Find("jellyfin_8"), 1U);
  EXPECT_EQ(view->Find("jellyfin_7"), std::nullopt);
  EXPECT_TRUE(view->Passes(0, SourceFilter::kPlex));
  EXPECT_TRUE(view->Passes(0, SourceFilter::kJellyfin));
  EXPECT_FALSE(view->Passes(0, SourceFilter::kLocal)) << "an alias is not a copy";
  EXPECT_FALSE(view->Passes(1, SourceFilter::kPlex));
  EXPECT_TRUE(view->Passes(1, SourceFilter::kJellyfin));
}

TEST(PlaylistView, UsesItemJsonPlusSixteenBytesPerItemAndKey) {
  constexpr size_t kItems = 5000;
  const MediaItem item = Everything();
  const size_t keys = 1 + (item.id != item.key ? 1 : 0) + item.aliases.size();
  PlaylistViewBuilder builder;
  for (size_t i = 0; i < kItems; ++i) builder.Add(item);
  const auto view = builder.Build("v", absl::UnixEpoch());
  EXPECT_LE(view->bytes(), kItems * (view->json(0).size() + 16 + 16 * keys));
}

TEST(ImageRequest, EqualImagesHaveEqualKeys) {
  ImageRequest a;
  a.source = "s";
  a.path = "/p";
  ImageRequest b = a;
  EXPECT_EQ(a.Key(), b.Key());
  b.width = 1;
  EXPECT_NE(a.Key(), b.Key());
  ImageRequest c = a;
  c.artwork_version = "2";
  EXPECT_NE(a.Key(), c.Key());
}

TEST(DisplaySettings, OmitValuesThatLookLikeSecrets) {
  const auto set = boost::json::parse(
      R"({"apiKey":"x","cinema":{"plexToken":"x","title":"y"},"list":[{"password":"x","a":1}],
          "note":"sealed:v1:AAAA","clockWidget":false})");
  const std::string text = boost::json::serialize(SettingsOfDisplay(set.as_object()));
  for (const char* secret : {"apiKey", "plexToken", "password", "sealed"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }
  EXPECT_NE(text.find(R"("title":"y")"), std::string::npos);
  EXPECT_NE(text.find(R"("clockWidget":false)"), std::string::npos);
}

TEST(JsonReader, TruncatesTextAtACharacterBoundary) {
  const auto object = ParseJsonObject(R"({"t":"aé"})").value();
  EXPECT_EQ(TextField(object, "t", 2), "a");
  EXPECT_EQ(TextField(object, "t", 3), "aé");
}

TEST(JsonReader, RejectsNumbersOutsideTheRangeOfDouble) {
  for (const std::string_view text : {R"({"w":192e880})", R"({"w":0e880})", R"({"w":-0.0e400})",
                                      R"({"a":[1,[-1e309]]})", R"({"a":{"b":{"c":1e400}}})"}) {
    EXPECT_EQ(base::MessageOf(ParseJsonObject(text).status()),
              "a number of the body is out of range: ±1.8e308");
  }
  EXPECT_TRUE(ParseJsonObject(R"({"a":[1.7e308,-1.7e308,1e-400,0e-400]})").ok());
}

TEST(JsonReader, RejectsValuesThatAreNotObjects) {
  EXPECT_FALSE(ParseJsonObject("[]").ok());
  EXPECT_FALSE(ParseJsonObject("{\"a\":}").ok());
  EXPECT_TRUE(ParseJsonObject("").ok());
}

}  // namespace
}  // namespace marquee::gateway
