// Folder layouts of storage systems and media servers, and the resulting titles.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/local/local_source.h"
#include "services/playlist/sources/local/local_test_files.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class LocalFoldersTest : public ::testing::Test {
 protected:
  void Images(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) dir_.Write(path, JpegBytes());
  }
  LocalSource& source() {
    if (source_ == nullptr) {
      auto source = LocalSource::Create(
          {.name = "Den", .path = dir_.path(), .scan = {.max_depth = 4}, .exclude = exclude_},
          {clock_, logger_, metrics_});
      EXPECT_TRUE(source.ok()) << base::MessageOf(source.status());
      source_ = *std::move(source);
    }
    return *source_;
  }
  std::vector<Item> Items() {
    auto yield = source().Fetch({});
    EXPECT_TRUE(yield.ok()) << base::MessageOf(yield.status());
    std::vector<Item> items;
    if (yield.ok()) {
      for (const ItemPtr& item : yield->items) items.push_back(item->item);
    }
    return items;
  }
  std::vector<std::string> Titles() {
    std::vector<std::string> titles;
    for (const Item& item : Items()) {
      titles.push_back(item.year ? fmt::format("{} ({})", item.title, *item.year) : item.title);
    }
    return titles;
  }
  static std::string PathOf(const std::string& url) { return PathOfImageUrl(url); }
  double Skipped(const std::string& reason) {
    return metrics_
        .counter("marquee_local_files_skipped_total", "", {{"source", "Den"}, {"reason", reason}})
        .value();
  }
  double LeftOut(const std::string& rule) {
    return metrics_.gauge("marquee_local_files_left_out", "", {{"source", "Den"}, {"rule", rule}})
        .value();
  }

  testing::TempDir dir_;
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  std::vector<std::string> exclude_;

 private:
  std::unique_ptr<LocalSource> source_;
};

TEST_F(LocalFoldersTest, ExcludesFoldersOfStorageSystems) {
  Images({"Real (2000).jpg", "#recycle/SYNOPHOTO_THUMB_XL.jpg", "$RECYCLE.BIN/S-1-5-21/a.jpg",
          ".Trash-1000/files/a.jpg", "._Real (2000).jpg", ".hidden.jpg",
          "@eaDir/Real (2000).jpg/SYNOPHOTO_THUMB_XL.jpg", "System Volume Information/a.jpg",
          "Thumbs.jpg", "__MACOSX/a.jpg", "@Recycle/a.jpg", "lost+found/a.jpg", "#snapshot/a.jpg",
          ".@__thumb/a.jpg", "Real.part.jpg", ".stversions/a.jpg", "Alien.trickplay/320/0.jpg",
          "Photos.photoslibrary/originals/0.jpg"});

  EXPECT_THAT(Titles(), ElementsAre("Real (2000)"));
  EXPECT_EQ(logger_.Count("unusable file"), 0U) << "excluded files are not errors";
  EXPECT_EQ(LeftOut("system"), 17);
  EXPECT_EQ(logger_.Count("17 system"), 1U);
  Titles();
  EXPECT_EQ(logger_.Count("17 system"), 1U) << "logged once while the numbers stay the same";
}

TEST_F(LocalFoldersTest, AFolderOfArtworkIsOneTitle) {
  for (const auto* name :
       {"Alien (1979)-fanart", "Alien (1979)-poster", "backdrop", "background", "banner",
        "clearlogo", "disc", "fanart", "logo", "poster", "landscape", "thumb", "clearart"}) {
    Images({fmt::format("Films/Alien (1979)/{}.jpg", name)});
  }
  Images({"Films/folder.jpg", "Films/Alien (1979)/extras/making of-thumb.jpg",
          "Films/Alien (1979)/extrafanart/1.jpg", "Films/Heat (1995)/cover.jpg",
          "Films/Heat (1995)/art.jpg", "Films/Heat (1995)/anything.jpg"});

  const auto items = Items();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].title, "Alien");
  EXPECT_EQ(items[0].year, 1979);
  EXPECT_EQ(PathOf(items[0].poster_url), "/Films/Alien (1979)/poster.jpg");
  EXPECT_EQ(PathOf(items[0].background_url), "/Films/Alien (1979)/fanart.jpg");
  EXPECT_EQ(PathOf(items[0].clear_logo_url), "/Films/Alien (1979)/clearlogo.jpg");
  EXPECT_EQ(items[1].title, "Heat");
  EXPECT_EQ(PathOf(items[1].poster_url), "/Films/Heat (1995)/cover.jpg");
  EXPECT_EQ(PathOf(items[1].background_url), "/Films/Heat (1995)/art.jpg");
  EXPECT_EQ(LeftOut("folder_image"), 1);
}

TEST_F(LocalFoldersTest, UsesTheNextPosterIfOneIsNotAnImage) {
  dir_.Write("Alien (1979)/poster.jpg", "a text");
  Images({"Alien (1979)/folder.jpg"});

  const auto items = Items();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(PathOf(items[0].poster_url), "/Alien (1979)/folder.jpg");
}

TEST_F(LocalFoldersTest, AFlatFolderHasOneTitlePerBaseName) {
  Images({"Films/Alien (1979)-poster.jpg", "Films/Alien (1979)-fanart.jpg", "Films/Heat (1995).jpg",
          "Films/Heat (1995)_background.jpg", "Films/Heat (1995)_logo.png",
          "Films/Ran (1985)-cover.jpg", "Films/Pop-Art.jpg"});
  dir_.Write("Films/Ran (1985).mkv", "");

  const auto items = Items();
  ASSERT_EQ(items.size(), 4U);
  std::map<std::string, Item> by_title;
  for (const Item& item : items) by_title[item.title] = item;
  EXPECT_EQ(PathOf(by_title.at("Alien").background_url), "/Films/Alien (1979)-fanart.jpg");
  EXPECT_EQ(PathOf(by_title.at("Heat").background_url), "/Films/Heat (1995)_background.jpg");
  EXPECT_EQ(PathOf(by_title.at("Heat").clear_logo_url), "/Films/Heat (1995)_logo.png");
  EXPECT_EQ(PathOf(by_title.at("Ran").poster_url), "/Films/Ran (1985)-cover.jpg");
  EXPECT_TRUE(by_title.contains("Pop-Art"));
}

TEST_F(LocalFoldersTest, ExcludesSeasonsAndEpisodes) {
  Images({"Lost (2004)/poster.jpg", "Lost (2004)/season01-poster.jpg",
          "Lost (2004)/season-all-banner.jpg", "Lost (2004)/Season01.jpg", "Lost (2004)/S01E01.jpg",
          "Lost (2004)/Season 01/poster.jpg", "Lost (2004)/Season 01/Lost - S01E01-thumb.jpg",
          "Lost (2004)/Specials/poster.jpg", "assets/Lost_Season01.jpg", "assets/Lost_S01E01.jpg",
          "assets/Open Season 2.jpg", "assets/Dark - Season 1.jpg"});

  EXPECT_THAT(Titles(), UnorderedElementsAre("Lost (2004)", "Open Season 2"));
}

TEST_F(LocalFoldersTest, ACollectionFolderHasOneTitlePerImage) {
  Images({"Best of (1979)/Alien.jpg", "Best of (1979)/Stalker.jpg", "Posters/Heat.jpg",
          "Posters/Ran.jpg", "Posters/folder.jpg"});

  EXPECT_THAT(Titles(), UnorderedElementsAre("Alien", "Stalker", "Heat", "Ran"));
}

TEST_F(LocalFoldersTest, AppliesIgnoreFiles) {
  Images({"a.jpg", "kids/b.jpg", "kids/deep/c.jpg", "secret/d.jpg", "secret/deep/e.jpg",
          "phone/f.jpg", "plex/g.png", "plex/h.jpg", "plex/Extras/i.jpg", "git/j.jpg", "git/k.jpg",
          "git/specials/l.jpg"});
  dir_.Write("secret/.ignore", "\n");
  dir_.Write("phone/.nomedia", "");
  dir_.Write("plex/.plexignore", "# no logos\n*.png\nExtras/*\n");
  dir_.Write("git/.ignore", "*.jpg\n!k.jpg\nspecials/\n");

  EXPECT_THAT(Titles(), UnorderedElementsAre("a", "b", "c", "h", "k"));
  EXPECT_GT(LeftOut("ignored"), 0);

  std::filesystem::remove(dir_ / "secret/.ignore");
  EXPECT_THAT(Titles(), UnorderedElementsAre("a", "b", "c", "h", "k", "d", "e"));
}

TEST_F(LocalFoldersTest, WarnsAboutAnIgnoreFileInTheRoot) {
  Images({"a.jpg"});
  dir_.Write(".nomedia", "");

  const auto yield = source().Fetch({});

  ASSERT_TRUE(yield.ok());
  EXPECT_THAT(yield->items, IsEmpty());
  ASSERT_EQ(yield->warnings.size(), 1U);
  EXPECT_EQ(yield->warnings[0],
            "local \"Den\": the file .nomedia in the folder excludes everything; remove it");
}

TEST_F(LocalFoldersTest, ExcludeAcceptsPatterns) {
  exclude_ = {"Kids", "*-OLD.*", "/top/**", "!top/keep.jpg"};
  Images({"a.jpg", "kids/b.jpg", "x/KIDS/c.jpg", "d-old.jpg", "top/e.jpg", "top/keep.jpg"});

  EXPECT_THAT(Titles(), UnorderedElementsAre("a", "keep"));
  EXPECT_EQ(LeftOut("excluded"), 4);
}

TEST_F(LocalFoldersTest, ReportsInvalidPatterns) {
  const auto source =
      LocalSource::Create({.name = "Den", .path = dir_.path(), .scan = {}, .exclude = {"[a"}},
                          {clock_, logger_, metrics_});

  EXPECT_EQ(source.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(base::MessageOf(source.status()),
            "local \"Den\": exclude: pattern \"[a\": unclosed [; write \\[ for a literal [");
}

TEST_F(LocalFoldersTest, TagsInNamesAreProviderIds) {
  Images({"Lost (2004) [tvdbid=73739]/poster.jpg", "Alien (1979) {tmdb-348}.jpg",
          "Movie (1080) (2010).jpg", "Heat (1995) [imdbid-tt0113277]/poster.jpg",
          "Ran (1985)/Ran (1985) [tmdbid=11645].jpg"});

  std::map<std::string, Item> by_title;
  for (const Item& item : Items()) by_title[item.title] = item;
  ASSERT_EQ(by_title.size(), 5U);
  EXPECT_EQ(by_title.at("Lost").tvdb_id, 73739);
  EXPECT_EQ(by_title.at("Alien").tmdb_id, 348);
  EXPECT_EQ(by_title.at("Alien").key, "local-alien-1979");
  EXPECT_EQ(by_title.at("Movie").year, 2010);
  EXPECT_EQ(by_title.at("Heat").imdb_url, "https://www.imdb.com/title/tt0113277/");
  EXPECT_EQ(by_title.at("Ran").tmdb_id, 11645);
}

TEST_F(LocalFoldersTest, UnicodeFormsOfOneNameAreOneTitle) {
  Images({"posters/Am\xC3\xA9lie (2001).jpg", "backgrounds/Ame\xCC\x81lie (2001).jpg",
          "posters/Plain (2002).jpg", "backgrounds/Plain (2002).jpg",
          "posters/E\xCC\x81te\xCC\x81 (2003).jpg"});
  dir_.Write("posters/\xC3\x89t\xC3\xA9 (2003).poster.json", R"({"title":"Summer"})");

  std::map<std::string, Item> by_title;
  for (const Item& item : Items()) by_title[item.title] = item;
  ASSERT_EQ(by_title.size(), 3U);
  const Item& amelie = by_title.at("Am\xC3\xA9lie");
  EXPECT_EQ(PathOf(amelie.background_url), "/backgrounds/Ame\xCC\x81lie (2001).jpg")
      << "URLs keep the bytes of the file name";
  EXPECT_TRUE(by_title.contains("Summer")) << "a sidecar is found in both Unicode forms";
}

TEST_F(LocalFoldersTest, AcceptsOrLogsEveryImageExtension) {
  Images({"a.jfif", "b.jpe", "c.TBN", "d.pjpeg"});
  dir_.Write("e.heic", std::string("\0\0\0\x18"
                                   "ftypheic",
                                   12) +
                           "rest");
  dir_.Write("f.avif", std::string("\0\0\0\x18"
                                   "ftypavif",
                                   12) +
                           "rest");
  dir_.Write("g.bmp", "BM and so on, a bitmap");
  dir_.Write("h.tif", std::string("II*\0 and so on", 14));
  dir_.Write("i.tiff", JpegBytes());
  dir_.Write("j.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
  dir_.Write("k.jxl", "\xFF\x0A and so on, JPEG XL");

  EXPECT_THAT(Titles(), UnorderedElementsAre("a", "b", "c", "d", "e", "f", "i"));
  EXPECT_EQ(Skipped("unsupported_format"), 4);
  EXPECT_EQ(logger_.Count("a BMP file; save it as JPEG, PNG, WebP or AVIF"), 1U);
  Titles();
  EXPECT_EQ(Skipped("unsupported_format"), 4) << "once per version of the file";
}

TEST_F(LocalFoldersTest, FollowsLinksWithinTheFolder) {
  Images({"real/a.jpg", ".store/b.jpg"});
  std::filesystem::create_directory_symlink(dir_ / "real", dir_ / "again");
  std::filesystem::create_directory_symlink("..", dir_ / "real/up");
  std::filesystem::create_directory_symlink(".", dir_ / "self");
  std::filesystem::create_directory_symlink(dir_ / ".store", dir_ / "stored");

  const auto items = Items();
  ASSERT_EQ(items.size(), 2U) << "each image once";
  EXPECT_EQ(PathOf(items[0].poster_url), "/real/a.jpg");
  EXPECT_EQ(PathOf(items[1].poster_url), "/stored/b.jpg");
  CollectingSink sink;
  ArtworkRequest request;
  request.path = "/stored/b.jpg";
  EXPECT_TRUE(source().artwork().Open(request, {}, sink).ok());
}

TEST_F(LocalFoldersTest, LogsDanglingAndOutsideLinksOnce) {
  const testing::TempDir outside;
  outside.Write("folder/a.jpg", JpegBytes());
  std::filesystem::create_directory_symlink(outside / "folder", dir_ / "linked");
  std::filesystem::create_symlink("nowhere.jpg", dir_ / "b.jpg");
  std::filesystem::create_symlink("c.jpg", dir_ / "c.jpg");
  std::filesystem::create_symlink("/dev/null", dir_ / "d.jpg");
  ASSERT_EQ(::mkfifo((dir_ / "e.jpg").c_str(), 0600), 0);

  EXPECT_THAT(Titles(), IsEmpty());
  EXPECT_THAT(Titles(), IsEmpty());

  EXPECT_EQ(Skipped("outside"), 1);
  EXPECT_EQ(Skipped("unreadable"), 4);
  EXPECT_EQ(logger_.Count("unusable file"), 5U);
  EXPECT_EQ(logger_.Count("a dangling link"), 2U);
}

TEST_F(LocalFoldersTest, EveryPublishedPathCanBeFetched) {
  Images({"back\\slash.jpg", "x.zip?entry=poster.jpg", "What?.jpg", "100% real.jpg", "a#b.jpg",
          "x.zip?entry=y/z.jpg", "%41.jpg", "..dots...jpg", "tab\there.jpg", "line%0Afeed.jpg"});
  std::string deep;
  for (int i = 0; i < 2; ++i) deep += std::string(250, 'd') + "/";
  Images({deep + std::string(200, 'n') + ".jpg", "bad\xFF.jpg"});
  WriteZip(dir_ / "p?entry=x.zip", {{"poster.jpg", JpegBytes()}});

  const auto items = Items();
  EXPECT_EQ(items.size(), 8U);
  for (const Item& item : items) {
    ArtworkRequest request;
    request.path = PathOf(item.poster_url);
    CollectingSink sink;
    const absl::Status status = source().artwork().Open(request, {}, sink);
    EXPECT_TRUE(status.ok()) << request.path << ": " << base::MessageOf(status);
  }
  EXPECT_EQ(Skipped("name"), 4);
  EXPECT_EQ(logger_.Count("must not contain a backslash"), 1U);
  EXPECT_EQ(logger_.Count("must not contain control characters"), 2U);
}

TEST_F(LocalFoldersTest, LogsUnparsableMetadata) {
  Images({"Alien (1979).jpg"});
  dir_.Write("Alien (1979).jpg.poster.json", "{\"title\":");
  WriteZip(dir_ / "Heat (1995).zip", {{"poster.jpg", JpegBytes()}, {"metadata.json", "not JSON"}});
  WriteZip(dir_ / "Ran (1985).zip",
           {{"poster.jpg", JpegBytes()}, {"metadata.json", "\xEF\xBB\xBF{\"title\":\"Chaos\"}"}});

  EXPECT_THAT(Titles(), UnorderedElementsAre("Alien (1979)", "Heat (1995)", "Chaos (1985)"));
  EXPECT_EQ(Skipped("metadata"), 2);
  EXPECT_EQ(logger_.Count("a part of a file is ignored"), 2U);
}

}  // namespace
}  // namespace marquee::playlist
