#include "services/playlist/operations/source_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "libs/testing/fake_clock.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

class QueriedSource final : public Source {
 public:
  QueriedSource(std::string name, std::string type)
      : name_(std::move(name)), type_(std::move(type)) {}
  std::string_view name() const override { return name_; }
  std::string_view type() const override { return type_; }
  absl::StatusOr<SourceYield> Fetch(const base::CallContext&) override { return SourceYield{}; }
  ArtworkOrigin& artwork() override { std::abort(); }

  absl::StatusOr<ServerInfo> Test(const base::CallContext& context) override {
    last = context;
    return ServerInfo{.name = name_, .version = "1", .found = {}};
  }
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item&,
                                              const base::CallContext& context) override {
    if (type_ == "local") return Source::ExtrasOf({}, context);
    return std::vector{Extra{.name = name_}};
  }
  absl::StatusOr<std::vector<Extra>> ExtrasByTmdbId(int64_t id, std::string_view type,
                                                    const base::CallContext& context) override {
    if (type_ != "tmdb") return Source::ExtrasByTmdbId(id, type, context);
    return std::vector{Extra{.name = "trailer"}};
  }

  absl::StatusOr<FilterCounts> Preview(const FilterTrial& trial,
                                       const base::CallContext&) override {
    ++previews;
    if (trial.filter.min_rating > 9) return absl::UnavailableError("away");
    return FilterCounts{.movies = 3};
  }

  int previews = 0;
  base::CallContext last;

 private:
  const std::string name_;
  const std::string type_;
};

class SourceQueriesTest : public ::testing::Test {
 protected:
  testing::FakeClock clock_;
  obs::Metrics metrics_;
  std::shared_ptr<QueriedSource> den_ = std::make_shared<QueriedSource>("Den", "plex");
  std::shared_ptr<QueriedSource> folder_ = std::make_shared<QueriedSource>("Folder", "local");
  ActiveSources active_sources_{{den_, folder_}};
  SourceTrial tried_;
  SourceQueries queries_{
      active_sources_,
      [this](const SourceTrial& trial) -> absl::StatusOr<std::unique_ptr<Source>> {
        tried_ = trial;
        if (trial.url == "bad") return absl::InvalidArgumentError("no url");
        return std::make_unique<QueriedSource>("Trial", "plex");
      },
      clock_, metrics_};
};

TEST_F(SourceQueriesTest, QueriesTheConfiguredSourceByName) {
  const auto info = queries_.Test({.name = "Den"}, {});

  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->name, "Den");
  EXPECT_EQ(den_->last.deadline, clock_.Now() + SourceQueries::kPatience);
}

TEST_F(SourceQueriesTest, QueriesATemporarySourceWithTrialSettings) {
  const auto info = queries_.Test({.name = "Den", .url = "http://x"}, {});

  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->name, "Trial");
  EXPECT_EQ(tried_.name, "Den");
  EXPECT_EQ(queries_.Test({.url = "bad"}, {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SourceQueriesTest, CachesPreviewsFor15Seconds) {
  FilterTrial trial;
  trial.filter.min_rating = 5;
  FilterTrial other = trial;
  other.filter.min_rating = 6;

  EXPECT_EQ(queries_.Preview("Den", trial, {})->movies, 3U);
  queries_.Preview("Den", trial, {}).IgnoreError();
  EXPECT_EQ(den_->previews, 1);
  queries_.Preview("Den", other, {}).IgnoreError();
  queries_.Preview("Folder", trial, {}).IgnoreError();
  EXPECT_EQ(den_->previews, 2);
  EXPECT_EQ(folder_->previews, 1);

  clock_.Advance(SourceQueries::kPreviewAge);
  queries_.Preview("Den", trial, {}).IgnoreError();
  EXPECT_EQ(den_->previews, 3);
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_previews_total{result=\"kept\"} 1"));
}

TEST_F(SourceQueriesTest, DoesNotCacheFailedPreviewsAndBoundsTheCache) {
  FilterTrial trial;
  trial.filter.min_rating = 10;
  EXPECT_FALSE(queries_.Preview("Den", trial, {}).ok());
  EXPECT_FALSE(queries_.Preview("Den", trial, {}).ok());
  EXPECT_EQ(den_->previews, 2);

  trial.filter.min_rating = 0;
  for (size_t i = 0; i <= SourceQueries::kMaxPreviews; ++i) {
    trial.platforms = {std::to_string(i)};
    queries_.Preview("Den", trial, {}).IgnoreError();
  }
  trial.platforms = {"0"};
  const int before = den_->previews;
  queries_.Preview("Den", trial, {}).IgnoreError();
  EXPECT_EQ(den_->previews, before + 1) << "the oldest was evicted";
}

TEST_F(SourceQueriesTest, SuggestsTheNearestSourceName) {
  const auto status = queries_.Test({.name = "den"}, {}).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("did you mean \"Den\""));
}

TEST_F(SourceQueriesTest, ReturnsNoExtrasForSourcesWithoutThem) {
  Item item;
  item.server_name = "Folder";
  EXPECT_TRUE(queries_.ExtrasOf(item, {})->empty());
  item.server_name = "Den";
  EXPECT_EQ(queries_.ExtrasOf(item, {})->size(), 1U);
}

TEST_F(SourceQueriesTest, LooksUpTrailersAtATmdbSource) {
  EXPECT_EQ(queries_.ExtrasByTmdbId(1, "movie", {}).status().code(),
            absl::StatusCode::kFailedPrecondition);

  active_sources_.Replace({den_, std::make_shared<QueriedSource>("TMDB", "tmdb")});

  EXPECT_EQ(queries_.ExtrasByTmdbId(1, "movie", {})->size(), 1U);
}

}  // namespace
}  // namespace marquee::playlist
