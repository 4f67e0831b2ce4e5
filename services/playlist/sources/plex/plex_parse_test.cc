#include "services/playlist/sources/plex/plex_parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "services/playlist/sources/plex/plex_images.h"
#include "services/playlist/sources/plex/plex_item.h"
#include "services/playlist/sources/recorded_answers.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<PlexEntry> Read(const std::string& file, std::string_view library = "Movies") {
  std::vector<PlexEntry> entries;
  JsonReader reader;
  ListSplitter splitter(kPlexListing, [&](std::string& text) {
    return reader.Parse(text, [&](ondemand::value value) {
      return ParsePlexEntry(value, "My Den", library, &entries.emplace_back());
    });
  });
  EXPECT_TRUE(splitter.Feed(Recorded(file)).ok());
  EXPECT_TRUE(splitter.Finish().ok());
  return entries;
}

TEST(PlexParseTest, ParsesTheServerInformation) {
  const auto info = ParsePlexServer(Recorded("plex/root.json"));

  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->name, "attic");
  EXPECT_EQ(info->version, "1.41.6.9685-d301f511a");
}

TEST(PlexParseTest, ParsesSectionsWithTheirChangeStamp) {
  const auto sections = ParsePlexSections(Recorded("plex/sections.json"));

  ASSERT_TRUE(sections.ok()) << sections.status();
  ASSERT_EQ(sections->size(), 4U) << "a key with path characters is ignored";
  EXPECT_EQ(sections->at(0).key, "1");
  EXPECT_EQ(sections->at(0).stamp, "1748000000/1748772000/123456");
  EXPECT_EQ(sections->at(1).title, "Séries d'été");
  EXPECT_EQ(sections->at(2).type, "artist");
  EXPECT_EQ(sections->at(3).stamp, "") << "a library without it is read completely";
}

TEST(PlexParseTest, MapsAMovieFieldByField) {
  const auto entries = Read("plex/all_movies.json");

  ASSERT_TRUE(entries.at(0).item.has_value());
  const Item& item = *entries[0].item;
  EXPECT_EQ(item.key, "plex-My Den-1234");
  EXPECT_EQ(item.id, item.key);
  EXPECT_EQ(item.source, "plex");
  EXPECT_EQ(item.server_name, "My Den");
  EXPECT_EQ(item.type, "movie");
  EXPECT_EQ(item.library, "Movies");
  EXPECT_EQ(item.title, "The Long Tide");
  EXPECT_EQ(item.original_title, "Die lange Flut");
  EXPECT_EQ(item.year, 2019);
  EXPECT_EQ(item.release_date, "2019-03-08");
  EXPECT_EQ(item.tagline, "The sea keeps its books.");
  EXPECT_EQ(item.overview, "A lighthouse keeper counts the ships.  One is missing.");
  EXPECT_EQ(item.rating, 8.6);
  EXPECT_EQ(item.content_rating, "PG-13");
  EXPECT_THAT(item.genres, ElementsAre("Drama", "Mystery"));
  EXPECT_THAT(item.studios, ElementsAre("Northlight"));
  EXPECT_EQ(item.imdb_url, "https://www.imdb.com/title/tt7654321/");
  EXPECT_EQ(item.tmdb_id, 765432);
  ASSERT_TRUE(item.rotten_tomatoes.has_value());
  EXPECT_EQ(item.rotten_tomatoes->score, 86);
  EXPECT_EQ(item.rotten_tomatoes->icon, "certified-fresh");
  EXPECT_EQ(item.runtime_ms, 7020000);
  EXPECT_EQ(item.runtime_minutes, 117);
  EXPECT_EQ(item.added_at_ms, 1748772000000);
  EXPECT_EQ(item.poster_url,
            "/image?server=My%20Den&path=%2Flibrary%2Fmetadata%2F1234%2Fthumb%2F1748771111"
            "&v=1748771111");
  EXPECT_THAT(item.background_url, HasSubstr("art%2F1748772222&v=1748772222"));
  EXPECT_THAT(item.clear_logo_url, HasSubstr("clearLogo%2F1748774444"));
  EXPECT_TRUE(item.has_trailer);
  EXPECT_TRUE(item.has_theme);
  EXPECT_THAT(entries[0].collections, ElementsAre("Sea Stories"));
}

TEST(PlexParseTest, UsesTheBestVersion) {
  const Item item = *Read("plex/all_movies.json").at(0).item;

  EXPECT_EQ(item.quality_label, "4K");
  EXPECT_TRUE(item.has_hdr);
  EXPECT_TRUE(item.has_dolby_vision);
  ASSERT_TRUE(item.video.has_value());
  EXPECT_EQ(item.video->width, 3840);
  EXPECT_EQ(item.video->codec, "hevc");
  EXPECT_EQ(item.video->aspect_ratio, "2.39:1");
  ASSERT_TRUE(item.audio.has_value());
  EXPECT_EQ(item.audio->codec, "truehd");
  EXPECT_EQ(item.audio->channels, 8);
  EXPECT_EQ(item.audio->language, "English");
}

TEST(PlexParseTest, IgnoresInvalidFields) {
  const auto entries = Read("plex/all_movies.json");

  ASSERT_EQ(entries.size(), 5U);
  ASSERT_TRUE(entries[1].item.has_value());
  EXPECT_EQ(entries[1].item->key, "plex-My Den-1235") << "a key sent as a number";
  ASSERT_TRUE(entries[2].item.has_value());
  const Item& odd = *entries[2].item;
  EXPECT_EQ(odd.title, "Odd Fields");
  EXPECT_EQ(odd.year, std::nullopt);
  EXPECT_THAT(odd.genres, IsEmpty());
  EXPECT_EQ(odd.background_url, "") << "a path with .. is not an image";
  EXPECT_EQ(odd.imdb_url, "");
  EXPECT_EQ(odd.tmdb_id, std::nullopt);
  EXPECT_EQ(odd.runtime_ms, std::nullopt);
  EXPECT_EQ(odd.release_date, "");
  EXPECT_FALSE(entries[3].item.has_value()) << "no image";
  EXPECT_FALSE(entries[4].item.has_value()) << "an image at another host";
}

TEST(PlexParseTest, ConvertsAnEpisodeToItsSeries) {
  const auto entries = Read("plex/all_shows.json", "Shows");

  ASSERT_EQ(entries.size(), 2U);
  const Item& show = *entries[0].item;
  EXPECT_EQ(show.type, "show");
  EXPECT_EQ(show.runtime_minutes, std::nullopt);
  EXPECT_EQ(show.rotten_tomatoes->icon, "rotten");
  EXPECT_EQ(entries[1].item->key, show.key);
  EXPECT_EQ(entries[1].item->title, "Harbour Lane");
  EXPECT_EQ(entries[1].item->poster_url, show.poster_url);
}

TEST(PlexParseTest, MapsAnAlbum) {
  const Item album = *Read("plex/albums.json", "Music").at(0).item;

  EXPECT_EQ(album.key, "plex-My Den-3001");
  EXPECT_EQ(album.id, "3001");
  EXPECT_EQ(album.type, "music");
  EXPECT_EQ(album.title, "Night Ferry");
  EXPECT_EQ(album.album, "Night Ferry");
  EXPECT_EQ(album.artist, "The Quays");
  EXPECT_EQ(album.artist_id, "3000");
  EXPECT_THAT(album.artist_photo_url, HasSubstr("3000%2Fthumb%2F4"));
  EXPECT_EQ(album.background_url, album.artist_photo_url);
  EXPECT_THAT(album.genres, ElementsAre("Jazz"));
  EXPECT_THAT(album.styles, ElementsAre("Hard Bop"));
  EXPECT_THAT(album.moods, ElementsAre("Late Night", "Warm"));
}

TEST(PlexParseTest, ReturnsPlaybackSessions) {
  const auto sessions = ParsePlexSessions(Recorded("plex/sessions.json"), "My Den");

  ASSERT_TRUE(sessions.ok()) << sessions.status();
  ASSERT_EQ(sessions->size(), 2U);
  EXPECT_EQ(sessions->at(0).id, "17");
  EXPECT_EQ(sessions->at(0).item.title, "The Long Tide");
  EXPECT_EQ(sessions->at(0).item.year, 2019) << "numbers are sent as text here";
  EXPECT_EQ(sessions->at(0).user, "anna");
  EXPECT_EQ(sessions->at(0).state, "paused");
  EXPECT_EQ(sessions->at(0).position, absl::Seconds(61));
  EXPECT_EQ(sessions->at(0).player, "Living Room, Shield, Plex for Android (TV)");
  EXPECT_EQ(sessions->at(1).item.title, "Harbour Lane");
  EXPECT_TRUE(ParsePlexSessions(R"({"MediaContainer":{"size":0}})", "My Den")->empty());
}

TEST(PlexParseTest, RejectsJsonOfOtherServers) {
  EXPECT_FALSE(ParsePlexServer(R"({"ServerName":"x","Version":"10.9"})").ok());
  EXPECT_FALSE(ParsePlexSections("[]").ok());
  EXPECT_FALSE(ParsePlexTotal("{}").ok());
  EXPECT_THAT(std::string(base::MessageOf(ParsePlexServer("<html>").status())),
              HasSubstr("web page"));
}

TEST(PlexParseTest, ParsesSessionsOfMusicLiveTelevisionAndClips) {
  const auto sessions = ParsePlexSessions(
      R"({"MediaContainer":{"size":5,"Metadata":[
        {"ratingKey":31,"type":"track","title":"Blue","parentRatingKey":"30","parentTitle":"Hues",
         "parentThumb":"/library/metadata/30/thumb/1","grandparentTitle":"Ann","sessionKey":1},
        {"ratingKey":"live/x","type":"episode","live":"1","title":"Evening News",
         "thumb":"https://provider.example/x.jpg","sessionKey":"2"},
        {"type":"clip","title":"A trailer","thumb":"/library/metadata/9/thumb/1","sessionKey":"3"},
        {"type":"photo","title":"Beach","ratingKey":"5"},
        {"type":"movie","ratingKey":"6","title":1917,"sessionKey":"5"}]}})",
      "Den");

  ASSERT_TRUE(sessions.ok()) << sessions.status();
  ASSERT_EQ(sessions->size(), 4U);
  const Item& track = sessions->at(0).item;
  EXPECT_EQ(track.type, "music");
  EXPECT_EQ(track.title, "Blue");
  EXPECT_EQ(track.album, "Hues");
  EXPECT_EQ(track.artist, "Ann");
  EXPECT_EQ(track.key, "plex-Den-30");
  EXPECT_THAT(track.poster_url, HasSubstr("30%2Fthumb%2F1"));
  EXPECT_EQ(sessions->at(1).item.title, "Evening News");
  EXPECT_EQ(sessions->at(1).item.poster_url, "");
  EXPECT_EQ(sessions->at(2).item.title, "A trailer");
  EXPECT_EQ(sessions->at(2).item.type, "");
  EXPECT_EQ(sessions->at(3).item.title, "1917");
}

TEST(PlexParseTest, ParsesIdsOfOldAndNewGuids) {
  const auto item_with = [](const std::string& guids) {
    PlexEntry entry;
    JsonReader reader;
    std::string text = R"({"ratingKey":"1","type":"movie","title":"T",)"
                       R"("thumb":"/library/metadata/1/thumb/1",)" +
                       guids + "}";
    EXPECT_TRUE(reader
                    .Parse(text,
                           [&](ondemand::value value) {
                             return ParsePlexEntry(value, "Den", "Movies", &entry);
                           })
                    .ok());
    return entry.item.value_or(Item());
  };
  const std::string imdb = "https://www.imdb.com/title/tt0111161/";
  EXPECT_EQ(item_with(R"("guid":"com.plexapp.agents.imdb://tt0111161?lang=en")").imdb_url, imdb);
  EXPECT_EQ(item_with(R"("guid":"com.plexapp.agents.themoviedb://278?lang=en")").tmdb_id, 278);
  EXPECT_EQ(item_with(R"("Guid":[{"id":"IMDB://TT0111161"},{"id":"TMDB://278"}])").imdb_url, imdb);
  EXPECT_EQ(item_with(R"("Guid":[{"id":"tmdb://278"}],"guid":"plex://movie/5d77")").tmdb_id, 278);
  EXPECT_EQ(item_with(R"("guid":"com.plexapp.agents.thetvdb://81189/1/2?lang=en")").tmdb_id,
            std::nullopt);
}

TEST(PlexParseTest, FindsTheImagePathInAllFormsOfUrls) {
  const std::string path = "/library/metadata/5/thumb/170";
  for (const std::string& text :
       {path, "/" + path, "http://10.0.0.6:32400" + path + "?X-Plex-Token=planted",
        "https://10-0-0-6.abc.plex.direct:32400" + path, "//10.0.0.6:32400" + path,
        "https://media.example/plex" + path, path + "?width=300",
        std::string("/photo/:/transcode?width=400&height=600&minSize=1&url="
                    "%2Flibrary%2Fmetadata%2F5%2Fthumb%2F170%3FX-Plex-Token%3Dplanted"),
        std::string("http://10.0.0.6:32400/photo/:/transcode?url=http%3A%2F%2F127.0.0.1%3A32400"
                    "%2Flibrary%2Fmetadata%2F5%2Fthumb%2F170&width=4")}) {
    EXPECT_EQ(PlexImagePathIn(text), path) << text;
  }
  for (const char* text : {"", "/", "http://evil.example/thumb.jpg", "/:/resources/movie.png",
                           "/photo/:/transcode?url=http%3A%2F%2Fevil.example%2Fx.jpg",
                           "/photo/:/transcode?url=%2Fphoto%2F%3A%2Ftranscode%3Furl%3D%252Flibrary",
                           "/library/sections/all/refresh", "//library/sections/1/refresh"}) {
    EXPECT_EQ(PlexImagePathIn(text), "") << text;
  }
}

}  // namespace
}  // namespace marquee::playlist
