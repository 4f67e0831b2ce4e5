#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "services/playlist/sources/tmdb/tmdb_source_fixture.h"

namespace marquee::playlist {
namespace {

class TmdbOperationsTest : public TmdbSourceFixture {};

TEST_F(TmdbOperationsTest, ReturnsTrailersOfATitleBestFirst) {
  const auto extras = Make(Options())->ExtrasByTmdbId(765432, "movie", Soon());

  ASSERT_TRUE(extras.ok()) << extras.status();
  ASSERT_EQ(extras->size(), 4U) << "only those at YouTube";
  EXPECT_EQ(extras->at(0).site_key, "tra1");
  EXPECT_TRUE(extras->at(0).official);
  EXPECT_EQ(extras->at(0).url, "https://www.youtube.com/watch?v=tra1");
  EXPECT_EQ(extras->at(1).site_key, "fan1");
  EXPECT_EQ(extras->at(2).kind, ExtraKind::kTeaser);
  EXPECT_EQ(extras->at(3).kind, ExtraKind::kOther);
}

TEST_F(TmdbOperationsTest, ListsAllCategories) {
  const auto libraries = Make(Options())->ListLibraries(Soon());

  ASSERT_TRUE(libraries.ok()) << libraries.status();
  EXPECT_EQ(libraries->front().key, "popular");
  EXPECT_EQ(libraries->front().name, "Popular");
  EXPECT_TRUE(std::ranges::any_of(*libraries, [](const LibraryInfo& library) {
    return library.key == "streaming_disney" && library.name == "Disney+";
  }));
  for (const LibraryInfo& library : *libraries) {
    auto options = Options();
    options.category = library.key;
    EXPECT_TRUE(TmdbSource::Create(options, {clock_, *http_, [] { return uint64_t{0}; }}).ok())
        << library.key;
  }

  auto options = Options();
  options.key = "wrong";
  EXPECT_EQ(Make(options)->ListLibraries(Soon()).status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(TmdbOperationsTest, PreviewsCountFilteredTitles) {
  server_.AddTitles("/movie/popular", "Film", 100);  // 7.0 to 7.9
  server_.AddTitles("/tv/popular", "Show", 10);
  FilterTrial trial;
  trial.filter.min_rating = 7.5;

  const auto counts = Make(Options())->Preview(trial, Soon());

  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->movies, 50U);
  EXPECT_EQ(counts->shows, 5U);
  EXPECT_EQ(counts->unfiltered, 110U);
}

}  // namespace
}  // namespace marquee::playlist
