#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "libs/base/strings.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/local/local_source.h"
#include "services/playlist/sources/local/local_test_files.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LocalOperationsTest : public ::testing::Test {
 protected:
  LocalOperationsTest() {
    dir_.Write("posters/Alien (1979).jpg", JpegBytes());
    dir_.Write("posters/Heat (1995).jpg", JpegBytes());
    dir_.Write("posters/No Year.jpg", JpegBytes());
    WriteZip(dir_ / "complete/manual/Ran (1985).zip",
             {{"poster.jpg", JpegBytes()}, {"trailer.mp4", "a film"}, {"theme.mp3", "a tune"}});
  }
  std::unique_ptr<LocalSource> Make(const ItemFilter& filter = {}) {
    return *LocalSource::Create({.name = "Mine", .path = dir_.path(), .scan = {}, .filter = filter},
                                {clock_, logger_, metrics_});
  }
  static Item Find(const SourceYield& yield, const std::string& title) {
    for (const ItemPtr& item : yield.items) {
      if (item->item.title == title) return item->item;
    }
    ADD_FAILURE() << "no " << title;
    return {};
  }

  testing::TempDir dir_;
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
};

TEST_F(LocalOperationsTest, TestReportsTheContentsOfTheFolder) {
  const auto source = Make();

  const auto info = source->Test({});
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->found, "3 images, 1 posterpacks");

  std::filesystem::remove_all(dir_.path());
  EXPECT_THAT(std::string(base::MessageOf(source->Test({}).status())), HasSubstr("local \"Mine\""));
}

TEST_F(LocalOperationsTest, ListsTheFolderAsItsLibrary) {
  const auto source = Make();
  EXPECT_EQ(source->ListLibraries({})->at(0).items, -1) << "it has not been read yet";

  ASSERT_TRUE(source->Fetch({}).ok());

  const auto libraries = source->ListLibraries({});
  ASSERT_EQ(libraries->size(), 1U);
  EXPECT_EQ(libraries->at(0).name, dir_.path().filename().string());
  EXPECT_EQ(libraries->at(0).items, 4);
}

TEST_F(LocalOperationsTest, PreviewCountsMatchTheFilteredTitles) {
  ItemFilter eighties;
  eighties.years = ParseYears("1980-1999");
  const auto source = Make();
  EXPECT_EQ(source->Preview({}, {}).status().code(), absl::StatusCode::kUnavailable);
  ASSERT_TRUE(source->Fetch({}).ok());

  const auto counts = source->Preview({.filter = eighties}, {});

  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->movies, 2U);
  EXPECT_EQ(counts->unfiltered, 4U);
  const auto filtered = Make(eighties)->Fetch({});
  EXPECT_EQ(filtered->items.size(), 2U);
  EXPECT_EQ(filtered->found, 2U);
}

TEST_F(LocalOperationsTest, PreviewOfAFilteredSourceCountsAllItsTitles) {
  ItemFilter eighties;
  eighties.years = ParseYears("1980-1989");
  const auto source = Make(eighties);
  ASSERT_EQ(source->Fetch({})->items.size(), 1U);

  EXPECT_EQ(source->Preview({}, {})->movies, 4U);
}

TEST_F(LocalOperationsTest, FetchesTheTrailerAndThemeOfAPack) {
  const auto source = Make();
  const auto yield = source->Fetch({});

  const auto extras = source->ExtrasOf(Find(*yield, "Ran"), {});

  ASSERT_TRUE(extras.ok()) << extras.status();
  ASSERT_EQ(extras->size(), 2U);
  EXPECT_EQ(extras->at(0).kind, ExtraKind::kTrailer);
  EXPECT_EQ(
      extras->at(0).url,
      "/media?server=Mine&path=%2Fcomplete%2Fmanual%2FRan%20%281985%29.zip%3Fentry%3Dtrailer");
  EXPECT_EQ(extras->at(1).kind, ExtraKind::kTheme);
  CollectingSink sink;
  ArtworkRequest request{.path = "/complete/manual/Ran (1985).zip?entry=trailer",
                         .kind = ArtworkKind::kMedia};
  ASSERT_TRUE(source->artwork().Open(request, {}, sink).ok());
  EXPECT_EQ(sink.bytes, "a film");

  EXPECT_TRUE(source->ExtrasOf(Find(*yield, "Alien"), {})->empty());
}

}  // namespace
}  // namespace marquee::playlist
