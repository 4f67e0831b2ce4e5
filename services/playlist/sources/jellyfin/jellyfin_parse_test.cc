#include "services/playlist/sources/jellyfin/jellyfin_parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "libs/base/strings.h"
#include "services/playlist/sources/jellyfin/jellyfin_item.h"
#include "services/playlist/sources/recorded_answers.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A listing, split as by PagedListing.
struct JellyfinPage {
  std::vector<Item> items;
  size_t listed = 0;
  size_t skipped = 0;
  uint64_t total = 0;
};

absl::StatusOr<JellyfinPage> ParsePage(std::string_view body, std::string_view source,
                                       std::string_view library) {
  JellyfinPage page;
  JsonReader reader;
  ListSplitter splitter(kJellyfinListing, [&](std::string& entry) {
    std::optional<Item> item;
    const absl::Status status = reader.Parse(
        entry, [&](ondemand::value value) { return ParseItem(value, source, library, &item); });
    if (item) {
      page.items.push_back(*std::move(item));
    } else if (status.ok()) {
      ++page.skipped;
    }
    return status;
  });
  if (auto status = splitter.Feed(body); !status.ok()) return status;
  if (auto status = splitter.Finish(); !status.ok()) return status;
  page.listed = splitter.entries();
  page.skipped += splitter.damaged().count();
  page.total = splitter.total().value_or(0);
  return page;
}

Item Find(const JellyfinPage& page, const std::string& title) {
  const auto found = std::ranges::find(page.items, title, &Item::title);
  EXPECT_NE(found, page.items.end()) << title;
  return found == page.items.end() ? Item() : *found;
}

TEST(JellyfinParseTest, ParsesTheServerInformation) {
  const auto info = ParseServerInfo(Recorded("jellyfin/system_info_public.json"));

  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->name, "attic");
  EXPECT_EQ(info->version, "10.9.11");
}

TEST(JellyfinParseTest, ParsesTheLibraries) {
  const auto libraries = ParseLibraries(Recorded("jellyfin/virtual_folders.json"));

  ASSERT_TRUE(libraries.ok()) << libraries.status();
  ASSERT_EQ(libraries->size(), 4U);
  EXPECT_EQ(libraries->at(1).name, "Séries d'été");
  EXPECT_EQ(libraries->at(1).id, "a656b907eb3a73532e40e44b968d0225");
  EXPECT_EQ(libraries->at(1).kind, "tvshows");
  EXPECT_EQ(libraries->at(2).kind, "");
}

TEST(JellyfinParseTest, MapsAMovieFieldByField) {
  const auto page = ParsePage(Recorded("jellyfin/items_movies.json"), "Living Room", "Movies");

  ASSERT_TRUE(page.ok()) << page.status();
  const Item item = Find(*page, "The Long Tide");
  EXPECT_EQ(item.key, "jellyfin_3b1f6a5cd4e8497aa1b2c3d4e5f60718");
  EXPECT_EQ(item.id, item.key);
  EXPECT_EQ(item.source, "jellyfin");
  EXPECT_EQ(item.server_name, "Living Room");
  EXPECT_EQ(item.type, "movie");
  EXPECT_EQ(item.library, "Movies");
  EXPECT_EQ(item.original_title, "Die lange Flut");
  EXPECT_EQ(item.year, 2019);
  EXPECT_EQ(item.release_date, "2019-03-08");
  EXPECT_EQ(item.tagline, "The sea keeps its books.");
  EXPECT_EQ(item.overview, "A lighthouse keeper counts the ships.  One is missing.");
  EXPECT_DOUBLE_EQ(*item.rating, 7.842);
  EXPECT_EQ(item.content_rating, "PG-13");
  EXPECT_EQ(item.official_rating, "PG-13");
  EXPECT_THAT(item.genres, ElementsAre("Drama", "Mystery"));
  EXPECT_THAT(item.studios, ElementsAre("Northlight Pictures", "Kelp & Co"));
  EXPECT_EQ(item.imdb_url, "https://www.imdb.com/title/tt7286456");
  EXPECT_EQ(item.tmdb_id, 512200);
  EXPECT_EQ(item.rotten_tomatoes, (RottenTomatoes{91, "certified-fresh", 9.1}));
  EXPECT_EQ(item.runtime_minutes, 130);
  EXPECT_EQ(item.runtime_ms, 7812345);
  EXPECT_EQ(item.added_at_ms, 1730568103123);
  EXPECT_EQ(item.quality_label, "4K");
  EXPECT_TRUE(item.has_hdr);
  EXPECT_TRUE(item.has_dolby_vision);
  EXPECT_EQ(item.video, (VideoStream{3840, 1600, "hevc", "2.40:1"}));
  EXPECT_EQ(item.audio, (AudioTrack{"truehd", 8, "Dolby TrueHD + Dolby Atmos", "eng",
                                    "English - TrueHD Atmos - 7.1"}));
}

TEST(JellyfinParseTest, ImageUrlsChangeWithTheImageAndContainNoToken) {
  const auto page = ParsePage(Recorded("jellyfin/items_movies.json"), "Living Room", "Movies");

  ASSERT_TRUE(page.ok()) << page.status();
  const Item item = Find(*page, "The Long Tide");
  EXPECT_EQ(
      item.poster_url,
      "/image?server=Living%20Room&path=%2FItems%2F3b1f6a5cd4e8497aa1b2c3d4e5f60718%2FImages"
      "%2FPrimary%3Ftag%3D9c1e0b7a5d3f4e2c8b6a7d5e4f3c2b1a&v=9c1e0b7a5d3f4e2c8b6a7d5e4f3c2b1a");
  EXPECT_EQ(item.thumbnail_url, item.poster_url);
  EXPECT_THAT(item.background_url,
              HasSubstr("Images%2FBackdrop%2F0%3Ftag%3D5f4e3d2c1b0a9f8e7d6c5b4a3f2e1d0c"));
  EXPECT_THAT(item.clear_logo_url, HasSubstr("Images%2FLogo%3Ftag%3D1d2c3b4a"));
}

TEST(JellyfinParseTest, MissingFieldsAreAbsent) {
  const auto page = ParsePage(Recorded("jellyfin/items_movies.json"), "Den", "Movies");

  ASSERT_TRUE(page.ok()) << page.status();
  const Item item = Find(*page, "Paper Moons");
  EXPECT_EQ(item.year, 1971) << "from the premiere date";
  EXPECT_EQ(item.added_at_ms, std::nullopt) << "0001-01-01 means unknown";
  EXPECT_EQ(item.rating, std::nullopt);
  EXPECT_EQ(item.rotten_tomatoes, (RottenTomatoes{42, "rotten", 4.15}));
  EXPECT_EQ(item.quality_label, "SD");
  EXPECT_FALSE(item.has_hdr);
  EXPECT_EQ(item.background_url, "");
  EXPECT_EQ(item.clear_logo_url, "");
  EXPECT_EQ(item.audio, std::nullopt);
  EXPECT_THAT(item.genres, IsEmpty());
}

TEST(JellyfinParseTest, FieldsOfTheWrongTypeAreIgnored) {
  const auto page = ParsePage(Recorded("jellyfin/items_movies.json"), "Den", "Movies");

  ASSERT_TRUE(page.ok()) << page.status();
  const Item item = Find(*page, "Oddly Typed");
  EXPECT_EQ(item.year, 2001) << "a number sent as text is accepted";
  EXPECT_EQ(item.overview, "17") << "text sent as a number is accepted";
  EXPECT_EQ(item.rating, std::nullopt);
  EXPECT_EQ(item.rotten_tomatoes, std::nullopt);
  EXPECT_THAT(item.studios, ElementsAre("Real One"));
  EXPECT_EQ(item.runtime_ms, std::nullopt);
  EXPECT_THAT(item.background_url, HasSubstr("tag%3D7&v=7"));
  EXPECT_EQ(item.quality_label, "");
}

TEST(JellyfinParseTest, SkipsUnusableEntries) {
  const auto page = ParsePage(Recorded("jellyfin/items_movies.json"), "Den", "Movies");

  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->listed, 7U);
  EXPECT_EQ(page->total, 7U);
  EXPECT_EQ(page->items.size(), 3U);
  EXPECT_EQ(page->skipped, 4U) << "no poster, a box set, and an id and a tag with slashes";
}

TEST(JellyfinParseTest, ASeriesHasNoRuntime) {
  const auto page = ParsePage(Recorded("jellyfin/items_series.json"), "Den", "Shows");

  ASSERT_TRUE(page.ok()) << page.status();
  const Item item = Find(*page, "Harbour Lane");
  EXPECT_EQ(item.type, "show");
  EXPECT_EQ(item.runtime_minutes, std::nullopt);
  EXPECT_EQ(item.runtime_ms, 2700000);
  EXPECT_EQ(item.added_at_ms, 1676102400000) << "a date without a zone is UTC";
  EXPECT_EQ(item.tmdb_id, std::nullopt);
}

TEST(JellyfinParseTest, RejectsOtherResponses) {
  const auto message = [](const std::string& body) {
    const auto page = ParsePage(body, "Den", "Movies");
    EXPECT_EQ(page.status().code(), absl::StatusCode::kFailedPrecondition);
    return std::string(base::MessageOf(page.status()));
  };
  EXPECT_THAT(message("<!DOCTYPE html><html><body>Sign in</body></html>"), HasSubstr("web page"));
  EXPECT_THAT(message(""), HasSubstr("empty"));
  EXPECT_THAT(message("[]"), HasSubstr("no Items"));
  EXPECT_THAT(message("{\"error\":1}"), HasSubstr("no Items"));
  EXPECT_THAT(message("{\"Items\":{}}"), HasSubstr("no Items"));
  EXPECT_THAT(message("\"text\""), HasSubstr("cannot be parsed"));
  EXPECT_THAT(message("null"), HasSubstr("cannot be parsed"));
}

TEST(JellyfinParseTest, RejectsTruncatedListings) {
  const std::string whole = Recorded("jellyfin/items_movies.json");
  for (size_t size = 1; size + 2 < whole.size(); size += 37) {
    const auto page = ParsePage(whole.substr(0, size), "Den", "Movies");
    EXPECT_FALSE(page.ok()) << "cut at " << size;
  }
}

TEST(JellyfinParseTest, DeepNestingIsAnErrorWithoutStackOverflow) {
  const std::string deep(100'000, '[');
  EXPECT_FALSE(ParsePage(deep, "Den", "Movies").ok());
  EXPECT_FALSE(ParsePage("{\"Items\":" + deep, "Den", "Movies").ok());
  const std::string closed = deep + std::string(100'000, ']');
  EXPECT_FALSE(ParsePage("{\"Other\":" + closed + ",\"Items\":[]}", "Den", "Movies").ok());
  // Well-formed and of moderate depth, but not an object.
  EXPECT_EQ(ParsePage("{\"Items\":[[[[]]]]}", "Den", "Movies")->skipped, 1U);
  EXPECT_EQ(ParsePage("{\"Items\":[\xff\xfe]}", "Den", "Movies")->skipped, 1U);
}

TEST(JellyfinParseTest, RejectsJsonOfOtherServers) {
  const auto info = ParseServerInfo(R"({"MediaContainer":{"size":0}})");
  EXPECT_EQ(info.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(ParseLibraries("{}").ok());
}

TEST(JellyfinParseTest, ParsesSessionsOfMusicLiveTelevisionAndClips) {
  const auto sessions = ParseSessions(
      R"([{"Id":"1","NowPlayingItem":{"Id":"a1","Type":"Audio","Name":"Blue","Album":"Hues",
            "AlbumId":"b1","AlbumPrimaryImageTag":"t1","AlbumArtist":"Ann"}},
          {"Id":"2","NowPlayingItem":{"Id":"c1","Type":"TvChannel","Name":"Channel 4",
            "ImageTags":{"Primary":"t2"},"CurrentProgram":{"Name":"Evening News"}}},
          {"Id":"3","NowPlayingItem":{"Id":"d1","Type":"MusicVideo","Name":"A clip"}},
          {"Id":"4","NowPlayingItem":{"Id":"e1","Type":"Photo","Name":"Beach"}},
          {"Id":"5","NowPlayingItem":{"Id":"f1","Type":"Episode","Name":"Pilot","SeriesName":"Lane",
            "SeriesId":"f0","SeriesPrimaryImageTag":"t5"}},
          {"Id":"6","NowPlayingItem":{"Id":"g1","Type":"Movie","Name":1917}},{"Id":"7"}])",
      "Den");

  ASSERT_TRUE(sessions.ok()) << sessions.status();
  ASSERT_EQ(sessions->size(), 5U);
  const Item& track = sessions->at(0).item;
  EXPECT_EQ(track.type, "music");
  EXPECT_EQ(track.title, "Blue");
  EXPECT_EQ(track.album, "Hues");
  EXPECT_EQ(track.artist, "Ann");
  EXPECT_THAT(track.poster_url, HasSubstr("Items%2Fb1%2FImages%2FPrimary%3Ftag%3Dt1"));
  EXPECT_EQ(sessions->at(1).item.title, "Evening News");
  EXPECT_THAT(sessions->at(1).item.poster_url, HasSubstr("c1"));
  EXPECT_EQ(sessions->at(2).item.title, "A clip");
  EXPECT_EQ(sessions->at(3).item.key, "jellyfin_f0");
  EXPECT_EQ(sessions->at(4).item.title, "1917");
  EXPECT_EQ(sessions->at(4).item.type, "movie");
}

TEST(JellyfinParseTest, AcceptsProviderIdsInAnyCase) {
  const auto page = ParsePage(
      R"({"Items":[{"Name":"T","Id":"a","Type":"Movie","ImageTags":{"Primary":"p"},
          "ProviderIds":{"IMDB":"TT0111161","tmdb":278}}]})",
      "Den", "Movies");

  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->items.at(0).imdb_url, "https://www.imdb.com/title/tt0111161");
  EXPECT_EQ(page->items.at(0).tmdb_id, 278);
}

}  // namespace
}  // namespace marquee::playlist
