// Conformance suite of Source. The test file of a source implements SourceHarness and instantiates
// the suite:
//   INSTANTIATE_TEST_SUITE_P(Local, SourceConformance, ::testing::Values(&MakeLocalHarness));
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/strings.h"
#include "libs/testing/fake_clock.h"
#include "services/playlist/model/text.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

// A source with at least two items, each with a poster that can be fetched.
class SourceHarness {
 public:
  virtual ~SourceHarness() = default;
  virtual Source& source() = 0;
  virtual testing::FakeClock& clock() = 0;  // the clock of the source
  // Makes the server unreachable, or removes the folder.
  virtual void TakeAway() = 0;
  // A path that does not exist at this source.
  virtual std::string missing_path() const = 0;
  // Text that must not appear in any item or message; empty: the source has no credentials.
  virtual std::string secret() const { return {}; }
};

using MakeSourceHarness = std::unique_ptr<SourceHarness> (*)();

// The value of `name` in the query of an item URL, percent-decoded.
inline std::string QueryValue(std::string_view url, std::string_view name) {
  std::string_view query = url.substr(std::min(url.find('?'), url.size()));
  while (!query.empty()) {
    query.remove_prefix(1);
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size());
    if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
    std::string value;
    for (size_t i = name.size() + 1; i < pair.size(); ++i) {
      if (pair[i] != '%') {
        value += pair[i];
      } else {
        value += static_cast<char>(std::stoi(std::string(pair.substr(i + 1, 2)), nullptr, 16));
        i += 2;
      }
    }
    return value;
  }
  return {};
}

class SourceConformance : public ::testing::TestWithParam<MakeSourceHarness> {
 protected:
  void SetUp() override { harness_ = GetParam()(); }

  Source& source() { return harness_->source(); }
  std::vector<Item> FetchItems() {
    const auto yield = source().Fetch({});
    EXPECT_TRUE(yield.ok()) << base::MessageOf(yield.status());
    if (!yield.ok()) return {};
    std::vector<Item> items;
    for (const ItemPtr& item : yield->items) items.push_back(item->item);
    EXPECT_GE(yield->found, items.size());
    std::ranges::sort(items, {}, &Item::key);
    return items;
  }
  ArtworkRequest PosterRequest() {
    const auto items = FetchItems();
    ArtworkRequest request;
    if (!items.empty()) request.path = QueryValue(items.front().poster_url, "path");
    EXPECT_THAT(request.path, ::testing::StartsWith("/"));
    return request;
  }

  std::unique_ptr<SourceHarness> harness_;
};

TEST_P(SourceConformance, EveryItemHasTheRequiredFields) {
  const auto items = FetchItems();

  ASSERT_GE(items.size(), 2U);
  std::set<std::string> keys;
  for (const Item& item : items) {
    EXPECT_TRUE(keys.insert(item.key).second) << item.key << " occurs twice";
    EXPECT_NE(item.key, "");
    EXPECT_NE(item.id, "");
    EXPECT_NE(item.title, "");
    EXPECT_NE(item.poster_url, "");
    EXPECT_EQ(item.source, source().type());
    EXPECT_EQ(item.server_name, source().name());
    for (const auto& text : {item.key, item.id, item.title, item.overview, item.tagline}) {
      EXPECT_TRUE(IsUtf8(text)) << item.key;
    }
  }
}

TEST_P(SourceConformance, AnUnchangedFetchYieldsTheSameItems) {
  const auto first = FetchItems();

  const auto second = FetchItems();

  EXPECT_EQ(first, second);
}

TEST_P(SourceConformance, AFullFetchYieldsTheSameAsAnIncrementalOne) {
  const auto first = FetchItems();
  EXPECT_EQ(first, FetchItems());

  source().Forget();

  EXPECT_EQ(first, FetchItems());
}

TEST_P(SourceConformance, EveryPosterCanBeFetched) {
  for (const Item& item : FetchItems()) {
    if (!item.poster_url.starts_with("/image?server=")) continue;
    EXPECT_EQ(QueryValue(item.poster_url, "server"), source().name());
    ArtworkRequest request;
    request.path = QueryValue(item.poster_url, "path");
    CollectingSink sink;

    const absl::Status status = source().artwork().Open(request, {}, sink);

    EXPECT_TRUE(status.ok()) << item.poster_url << ": " << base::MessageOf(status);
    EXPECT_EQ(sink.headers, 1);
    EXPECT_THAT(sink.header.content_type, ::testing::StartsWith("image/"));
    EXPECT_GT(sink.bytes.size(), 0U);
    EXPECT_LE(sink.largest_chunk, 64U * 1024);
    if (sink.header.content_bytes) EXPECT_EQ(*sink.header.content_bytes, sink.bytes.size());
  }
}

TEST_P(SourceConformance, SendsNoBodyIfTheValidatorMatches) {
  ArtworkRequest request = PosterRequest();
  CollectingSink first;
  ASSERT_TRUE(source().artwork().Open(request, {}, first).ok());
  if (first.header.validator.empty()) GTEST_SKIP() << "the source has no validators";

  request.if_validator = first.header.validator;
  CollectingSink second;
  const absl::Status status = source().artwork().Open(request, {}, second);

  EXPECT_TRUE(status.ok()) << base::MessageOf(status);
  EXPECT_TRUE(second.header.not_modified);
  EXPECT_EQ(second.bytes, "");
}

TEST_P(SourceConformance, HeaderOnlyRequestsSendNoBody) {
  ArtworkRequest request = PosterRequest();
  request.header_only = true;
  CollectingSink sink;

  const absl::Status status = source().artwork().Open(request, {}, sink);

  EXPECT_TRUE(status.ok()) << base::MessageOf(status);
  EXPECT_EQ(sink.headers, 1);
  EXPECT_EQ(sink.bytes, "");
}

TEST_P(SourceConformance, AnErrorOfTheSinkEndsTheTransferAndIsReturned) {
  CollectingSink sink;
  sink.on_chunk = absl::AbortedError("enough");
  const ArtworkRequest request = PosterRequest();

  const absl::Status status = source().artwork().Open(request, {}, sink);

  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_LE(sink.bytes.size(), 64U * 1024);
}

TEST_P(SourceConformance, MissingArtworkIsNotFound) {
  ArtworkRequest request;
  request.path = harness_->missing_path();
  CollectingSink sink;

  const absl::Status status = source().artwork().Open(request, {}, sink);

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << base::MessageOf(status);
  EXPECT_EQ(sink.headers, 0);
}

TEST_P(SourceConformance, AFetchEndsAtItsDeadline) {
  base::CallContext context;
  context.deadline = harness_->clock().Now() - absl::Seconds(1);

  const auto yield = source().Fetch(context);

  EXPECT_EQ(yield.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_P(SourceConformance, AFetchEndsWhenCancelled) {
  std::stop_source stop;
  stop.request_stop();
  base::CallContext context;
  context.stop = stop.get_token();

  const auto yield = source().Fetch(context);

  EXPECT_EQ(yield.status().code(), absl::StatusCode::kCancelled);
}

TEST_P(SourceConformance, EveryOperationReturnsAResult) {
  const auto items = FetchItems();

  const auto test = source().Test({});
  EXPECT_TRUE(test.ok()) << base::MessageOf(test.status());
  const auto libraries = source().ListLibraries({});
  ASSERT_TRUE(libraries.ok()) << base::MessageOf(libraries.status());
  EXPECT_FALSE(libraries->empty());
  FilterTrial trial;
  for (const LibraryInfo& library : *libraries) {
    if (library.type == "movie") trial.movie_libraries.push_back(library.name);
    if (library.type == "show") trial.show_libraries.push_back(library.name);
    if (library.type == "platform") trial.platforms.push_back(library.key);
  }
  const auto counts = source().Preview(trial, {});
  ASSERT_TRUE(counts.ok()) << base::MessageOf(counts.status());
  const auto music = [](const Item& item) { return item.type == "music"; };
  EXPECT_GE(counts->unfiltered + static_cast<size_t>(std::ranges::count_if(items, music)),
            items.size());
  EXPECT_EQ(counts->movies + counts->shows + counts->games, counts->unfiltered);
  trial.filter.years = ParseYears("1901");
  EXPECT_EQ(source().Preview(trial, {})->movies, 0U);
}

TEST_P(SourceConformance, ErrorsOfAnUnreachableSourceNameTheSource) {
  harness_->TakeAway();

  const auto yield = source().Fetch({});

  EXPECT_EQ(yield.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(base::MessageOf(yield.status())),
              ::testing::HasSubstr(std::string(source().name())));
}

TEST_P(SourceConformance, ExposesNoCredentials) {
  const std::string secret = harness_->secret();
  if (secret.empty()) GTEST_SKIP() << "the source has no credentials";
  std::string seen;
  for (const Item& item : FetchItems()) {
    seen += item.poster_url + item.background_url + item.thumbnail_url + item.clear_logo_url +
            item.key + item.overview + item.imdb_url;
  }

  harness_->TakeAway();
  seen += base::MessageOf(source().Fetch({}).status());
  ArtworkRequest request;
  request.path = harness_->missing_path();
  CollectingSink sink;
  seen += base::MessageOf(source().artwork().Open(request, {}, sink));

  EXPECT_EQ(seen.find(secret), std::string::npos);
}

}  // namespace marquee::playlist
