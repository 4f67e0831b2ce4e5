#include "services/playlist/sources/tmdb/tmdb_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

std::vector<TmdbList> Lists(std::string_view category) {
  return TmdbListsOf(category, "DE", absl::CivilDay(2026, 2, 14));
}

TEST(TmdbListsTest, ListsOnlyTheKindsOfTheCategory) {
  EXPECT_EQ(Lists("popular").size(), 2U);
  EXPECT_EQ(Lists("popular")[0].path, "/movie/popular");
  EXPECT_EQ(Lists("popular")[1].path, "/tv/popular");
  EXPECT_EQ(Lists("upcoming")[1].path, "/tv/on_the_air");
  ASSERT_EQ(Lists("tv_top_rated").size(), 1U);
  EXPECT_EQ(Lists("tv_top_rated")[0].kind, "show");
  ASSERT_EQ(Lists("trending_movie_week").size(), 1U);
  EXPECT_EQ(Lists("trending_movie_week")[0].path, "/trending/movie/week");
  EXPECT_TRUE(Lists("latest")[0].single);
  EXPECT_TRUE(Lists("no_such").empty());
  EXPECT_THAT(TmdbCategoryKeys(), HasSubstr("streaming_netflix"));
}

TEST(TmdbListsTest, AStreamingCategoryUsesItsRegion) {
  const auto lists = Lists("streaming_disney");

  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[0].path, "/discover/movie");
  EXPECT_EQ(lists[0].query, "with_watch_providers=337&watch_region=DE&sort_by=popularity.desc");
  EXPECT_EQ(lists[0].provider, "Disney+");
}

TEST(TmdbListsTest, NewReleasesCoverThreeMonthsWithAValidSortKey) {
  const auto lists = Lists("streaming_new_releases");

  ASSERT_EQ(lists.size(), 2U);
  EXPECT_THAT(lists[0].query, HasSubstr("with_watch_providers=8%7C337%7C"));
  EXPECT_THAT(lists[0].query,
              HasSubstr("sort_by=release_date.desc&primary_release_date.gte=2025-11-14"));
  EXPECT_THAT(lists[1].query, HasSubstr("sort_by=first_air_date.desc&first_air_date.gte="));
}

}  // namespace
}  // namespace marquee::playlist
