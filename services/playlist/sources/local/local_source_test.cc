#include "services/playlist/sources/local/local_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <map>

#include "libs/base/strings.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/sources/local/local_test_files.h"
#include "services/playlist/sources/source_conformance.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LocalHarness final : public SourceHarness {
 public:
  LocalHarness() {
    WriteJpeg("posters/Alien (1979).jpg");
    WriteJpeg("backgrounds/Alien (1979).jpg");
    dir_.Write("Films/Heat (1995)/poster.png", PngBytes());
    dir_.Write("root/It's #1 & 100% (\"big\").jpg", JpegBytes(200'000));
    WriteZip(dir_ / "complete/manual/Ran (1985).zip",
             {{"poster.jpg", JpegBytes(150'000)}, {"metadata.json", R"({"tagline":"Chaos"})"}});
  }

  LocalSource& local() {
    if (source_ == nullptr) {
      auto source = LocalSource::Create({.name = "My Posters", .path = dir_.path(), .scan = {}},
                                        {clock_, logger_, metrics_});
      EXPECT_TRUE(source.ok()) << base::MessageOf(source.status());
      source_ = *std::move(source);
    }
    return *source_;
  }
  Source& source() override { return local(); }
  testing::FakeClock& clock() override { return clock_; }
  void TakeAway() override {
    local();
    std::filesystem::remove_all(dir_.path());
  }
  std::string missing_path() const override { return "/posters/nothing.jpg"; }

  std::filesystem::path WriteJpeg(std::string_view name) const {
    return dir_.Write(name, JpegBytes());
  }
  std::map<std::string, Item> Items() {
    auto yield = local().Fetch({});
    EXPECT_TRUE(yield.ok()) << base::MessageOf(yield.status());
    std::map<std::string, Item> items;
    if (yield.ok()) {
      for (const ItemPtr& item : yield->items) items[item->item.key] = item->item;
    }
    return items;
  }
  absl::Status Open(const ArtworkRequest& request, CollectingSink* sink) {
    return local().artwork().Open(request, {}, *sink);
  }
  double Skipped(const std::string& reason) {
    return metrics_
        .counter("marquee_local_files_skipped_total", "",
                 {{"source", "My Posters"}, {"reason", reason}})
        .value();
  }

  testing::TempDir dir_;
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;

 private:
  std::unique_ptr<LocalSource> source_;
};

std::unique_ptr<SourceHarness> MakeLocalHarness() { return std::make_unique<LocalHarness>(); }

INSTANTIATE_TEST_SUITE_P(Local, SourceConformance, ::testing::Values(&MakeLocalHarness));

ArtworkRequest Wanted(std::string path, ArtworkKind kind = ArtworkKind::kImage) {
  ArtworkRequest request;
  request.path = std::move(path);
  request.kind = kind;
  return request;
}

class LocalSourceTest : public ::testing::Test {
 protected:
  LocalHarness harness_;
};

TEST_F(LocalSourceTest, MergesLooseFilesAndPacksToOneItemPerTitle) {
  const auto items = harness_.Items();

  ASSERT_EQ(items.size(), 4U);
  const Item& alien = items.at("local-alien-1979");
  EXPECT_EQ(alien.title, "Alien");
  EXPECT_EQ(alien.year, 1979);
  EXPECT_EQ(QueryValue(alien.poster_url, "path"), "/posters/Alien (1979).jpg");
  EXPECT_EQ(QueryValue(alien.background_url, "path"), "/backgrounds/Alien (1979).jpg");
  const Item& heat = items.at("local-heat-1995");
  EXPECT_EQ(heat.background_url, heat.poster_url);
  const Item& ran = items.at("local-ran-1985");
  EXPECT_EQ(ran.tagline, "Chaos");
  EXPECT_EQ(ran.clear_logo_url, "") << "only if the pack has one";
  EXPECT_EQ(QueryValue(ran.poster_url, "path"), "/complete/manual/Ran (1985).zip?entry=poster");
}

TEST_F(LocalSourceTest, AChangedFileGetsANewUrl) {
  const std::string before = harness_.Items().at("local-heat-1995").poster_url;

  harness_.dir_.Write("Films/Heat (1995)/poster.png", PngBytes() + "more");

  const std::string after = harness_.Items().at("local-heat-1995").poster_url;
  EXPECT_NE(QueryValue(before, "v"), QueryValue(after, "v"));
  EXPECT_EQ(QueryValue(before, "path"), QueryValue(after, "path"));
}

TEST_F(LocalSourceTest, SkipsCountsAndLogsUnusableFilesOnce) {
  harness_.dir_.Write("notes.jpg", "this is a text");
  harness_.dir_.Write("empty.png", "");
  harness_.dir_.Write("broken.zip", "PK but no more");
  WriteZip(harness_.dir_ / "bare.zip", {{"background.jpg", JpegBytes()}});
  harness_.dir_.Write("bad\xFFname.jpg", JpegBytes());

  EXPECT_EQ(harness_.Items().size(), 4U);
  EXPECT_EQ(harness_.Items().size(), 4U);

  EXPECT_EQ(harness_.Skipped("not_an_image"), 1);
  EXPECT_EQ(harness_.Skipped("empty"), 1);
  EXPECT_EQ(harness_.Skipped("broken_zip"), 1);
  EXPECT_EQ(harness_.Skipped("no_poster"), 1);
  EXPECT_EQ(harness_.Skipped("name"), 1);
  EXPECT_EQ(harness_.logger_.Count("unusable file"), 5U);
  EXPECT_EQ(harness_.logger_.Count("notes.jpg"), 1U);
}

TEST_F(LocalSourceTest, AcceptsAFileAfterItIsRepaired) {
  harness_.dir_.Write("Ikiru.jpg", "half a download");
  EXPECT_FALSE(harness_.Items().contains("local-ikiru"));

  harness_.WriteJpeg("Ikiru.jpg");

  EXPECT_TRUE(harness_.Items().contains("local-ikiru"));
}

TEST_F(LocalSourceTest, ExcludesHiddenFoldersMotionAndDeepFolders) {
  harness_.WriteJpeg(".posterrama/a.jpg");
  harness_.WriteJpeg("motion/b.jpg");
  harness_.WriteJpeg("1/2/3/within.jpg");
  harness_.WriteJpeg("1/2/3/4/beyond.jpg");
  harness_.WriteJpeg(".hidden.jpg");

  const auto items = harness_.Items();

  EXPECT_EQ(items.size(), 5U);
  EXPECT_TRUE(items.contains("local-within"));
}

TEST_F(LocalSourceTest, ASidecarDescribesALooseFile) {
  harness_.WriteJpeg("IMG_0042.jpg");
  harness_.dir_.Write("IMG_0042.jpg.poster.json", R"({"title":"Stalker","year":1979})");

  const Item item = harness_.Items().at("local-img0042");

  EXPECT_EQ(item.title, "Stalker");
  EXPECT_EQ(item.year, 1979);
}

TEST_F(LocalSourceTest, RejectsLinksOutOfTheFolderInListingAndFetch) {
  const testing::TempDir outside;
  outside.Write("secret.jpg", JpegBytes());
  outside.Write("folder/secret.jpg", JpegBytes());
  std::filesystem::create_symlink(outside / "secret.jpg", harness_.dir_ / "link.jpg");
  std::filesystem::create_directory_symlink(outside / "folder", harness_.dir_ / "linked");
  std::filesystem::create_symlink("posters/Alien (1979).jpg", harness_.dir_ / "Inside.jpg");

  const auto items = harness_.Items();

  EXPECT_FALSE(items.contains("local-link"));
  EXPECT_FALSE(items.contains("local-secret"));
  EXPECT_TRUE(items.contains("local-inside"));
  EXPECT_EQ(harness_.Skipped("outside"), 2);
  EXPECT_EQ(harness_.logger_.Count("add that folder as a separate source"), 1U);
  for (const auto* path : {"/link.jpg", "/linked/secret.jpg"}) {
    CollectingSink sink;
    const absl::Status status = harness_.Open(Wanted(path), &sink);
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << path;
    EXPECT_EQ(sink.headers, 0);
  }
}

TEST_F(LocalSourceTest, ServesOnlyImagesAndMediaBelowTheRoot) {
  const testing::TempDir outside;
  outside.Write("x.jpg", JpegBytes());
  const std::string name = outside.path().filename().string();
  harness_.dir_.Write("config.json", "{}");
  harness_.dir_.Write(".hidden/x.jpg", JpegBytes());
  ASSERT_EQ(::mkfifo((harness_.dir_ / "pipe.jpg").c_str(), 0600), 0);

  const std::vector<std::string> refused = {"/../" + name + "/x.jpg",
                                            "/posters/../../" + name + "/x.jpg",
                                            "//etc/passwd.jpg",
                                            "/config.json",
                                            "/.hidden/x.jpg",
                                            "/posters",
                                            "/pipe.jpg",
                                            "/complete/manual/Ran (1985).zip",
                                            "/",
                                            "/../x.zip?entry=poster",
                                            std::string("/posters\0.jpg", 13)};
  for (const std::string& path : refused) {
    CollectingSink sink;
    const absl::Status status = harness_.Open(Wanted(path, ArtworkKind::kMedia), &sink);
    EXPECT_FALSE(status.ok()) << path;
    EXPECT_EQ(sink.headers, 0) << path;
  }
}

TEST_F(LocalSourceTest, DetectsTheContentTypeFromTheBytes) {
  harness_.dir_.Write("mislabelled.jpg", PngBytes());
  harness_.dir_.Write("text.jpg", "text");
  CollectingSink png;
  CollectingSink text;

  EXPECT_TRUE(harness_.Open(Wanted("/mislabelled.jpg"), &png).ok());
  const absl::Status refused = harness_.Open(Wanted("/text.jpg"), &text);

  EXPECT_EQ(png.header.content_type, "image/png");
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(LocalSourceTest, ServesRangesOfMediaFromFilesAndPacks) {
  harness_.dir_.Write("motion/clip.mp4", "0123456789");
  WriteZip(harness_.dir_ / "x.zip", {{"theme.mp3", "0123456789"}, {"poster.jpg", JpegBytes()}});

  for (const auto* path : {"/motion/clip.mp4", "/x.zip?entry=theme"}) {
    const auto part = [&](int64_t first, std::optional<int64_t> last) {
      CollectingSink sink;
      ArtworkRequest request = Wanted(path, ArtworkKind::kMedia);
      request.range = ByteRange{first, last};
      const absl::Status status = harness_.Open(request, &sink);
      return status.ok() ? sink.bytes : std::string(base::MessageOf(status));
    };
    EXPECT_EQ(part(0, 3), "0123");
    EXPECT_EQ(part(8, std::nullopt), "89");
    EXPECT_EQ(part(8, 100), "89");
    EXPECT_EQ(part(-3, std::nullopt), "789");
    EXPECT_EQ(part(-30, std::nullopt), "0123456789");
    EXPECT_THAT(part(10, std::nullopt), HasSubstr("after the end"));
  }
  CollectingSink sink;
  EXPECT_EQ(harness_.Open(Wanted("/motion/clip.mp4"), &sink).code(),
            absl::StatusCode::kFailedPrecondition)
      << "a video is not an image";
}

TEST_F(LocalSourceTest, FetchFailsWhileTheFolderIsMissing) {
  const std::filesystem::path path = harness_.dir_ / "later";
  const auto source = LocalSource::Create({.name = "Den", .path = path, .scan = {}},
                                          {harness_.clock_, harness_.logger_, harness_.metrics_});
  ASSERT_TRUE(source.ok());

  const auto missing = (*source)->Fetch({});
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(
      base::MessageOf(missing.status()),
      fmt::format("local \"Den\": folder {} does not exist; create it, mount it or correct its "
                  "path",
                  path.string()));

  harness_.WriteJpeg("later/Alien (1979).jpg");
  const auto there = (*source)->Fetch({});
  ASSERT_TRUE(there.ok());
  EXPECT_EQ(there->items.size(), 1U);
}

TEST_F(LocalSourceTest, FetchFailsIfTheFolderIsAFile) {
  const auto source =
      LocalSource::Create({.name = "Den", .path = harness_.WriteJpeg("file"), .scan = {}},
                          {harness_.clock_, harness_.logger_, harness_.metrics_});

  ASSERT_TRUE(source.ok());
  EXPECT_THAT(std::string(base::MessageOf((*source)->Fetch({}).status())),
              HasSubstr("is not a folder; correct its path"));
}

// Detects whether a file of a folder was opened since construction.
class OpenWatch {
 public:
  explicit OpenWatch(const std::filesystem::path& folder) : fd_(::inotify_init1(IN_NONBLOCK)) {
    EXPECT_GE(::inotify_add_watch(fd_.get(), folder.c_str(), IN_OPEN), 0);
  }
  bool Opened() {
    std::array<char, 4096> buffer;
    bool opened = false;
    for (ssize_t size = 0; (size = ::read(fd_.get(), buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < size;) {
        inotify_event event;
        std::memcpy(&event, buffer.data() + at, sizeof event);
        opened = opened || (event.mask & IN_ISDIR) == 0;
        at += static_cast<ssize_t>(sizeof event + event.len);
      }
    }
    return opened;
  }

 private:
  UniqueFd fd_;
};

TEST_F(LocalSourceTest, DoesNotOpenFilesOfAnUnchangedFolder) {
  for (int i = 0; i < 2000; ++i) harness_.WriteJpeg(fmt::format("many/{}.jpg", i));
  EXPECT_EQ(harness_.Items().size(), 2004U);
  OpenWatch watch(harness_.dir_ / "many");

  EXPECT_EQ(harness_.Items().size(), 2004U);
  EXPECT_FALSE(watch.Opened());

  harness_.dir_.Write("many/7.jpg", PngBytes());
  EXPECT_EQ(harness_.Items().size(), 2004U);
  EXPECT_TRUE(watch.Opened());
}

TEST_F(LocalSourceTest, AReplacedFileOfEqualSizeAndTimeGetsANewUrl) {
  const auto path = harness_.WriteJpeg("many/7.jpg");
  const std::string first = harness_.Items().at("local-7").poster_url;
  const auto mtime = std::filesystem::last_write_time(path);

  // Replaced by a rename: a different inode.
  const auto other = harness_.WriteJpeg("many/other");
  std::filesystem::last_write_time(other, mtime);
  std::filesystem::rename(other, path);
  const std::string second = harness_.Items().at("local-7").poster_url;
  EXPECT_NE(QueryValue(second, "v"), QueryValue(first, "v"));

  // Overwritten in place: a different ctime, once the kernel's clock has advanced.
  struct stat before = {};
  struct stat after = {};
  ASSERT_EQ(::stat(path.c_str(), &before), 0);
  do {
    std::ofstream(path, std::ios::in | std::ios::out) << JpegBytes();
    std::filesystem::last_write_time(path, mtime);
    ASSERT_EQ(::stat(path.c_str(), &after), 0);
  } while (FactsOf(after).ctime_ns == FactsOf(before).ctime_ns);
  const std::string third = harness_.Items().at("local-7").poster_url;
  EXPECT_NE(QueryValue(third, "v"), QueryValue(second, "v"));

  CollectingSink sink;
  ASSERT_TRUE(harness_.Open(Wanted("/many/7.jpg"), &sink).ok());
  EXPECT_EQ(sink.header.validator, QueryValue(third, "v"));
}

}  // namespace
}  // namespace marquee::playlist
