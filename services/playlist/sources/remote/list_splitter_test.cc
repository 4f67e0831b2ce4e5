#include "services/playlist/sources/remote/list_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ListShape kItems = {.key = "Items", .depth = 1, .total_key = "TotalRecordCount"};
constexpr ListShape kPlex = {
    .key = "Metadata", .depth = 2, .total_key = "totalSize", .required = "MediaContainer"};

struct Result {
  absl::Status status;
  std::vector<std::string> entries;
  std::optional<uint64_t> total;
  size_t too_large = 0;
};

Result Split(std::string_view text, const ListShape& shape = kItems, size_t piece = SIZE_MAX) {
  Result result;
  ListSplitter splitter(shape, [&](std::string& entry) {
    EXPECT_GE(entry.capacity(), entry.size() + ListSplitter::kPadding - 1);
    result.entries.push_back(entry);
    return absl::OkStatus();
  });
  for (size_t at = 0; at < text.size() && result.status.ok(); at += piece) {
    result.status = splitter.Feed(text.substr(at, piece));
    if (piece == SIZE_MAX) break;
  }
  if (result.status.ok()) result.status = splitter.Finish();
  result.total = splitter.total();
  result.too_large = splitter.too_large();
  return result;
}

TEST(ListSplitterTest, HandsOverEachEntryWhereverTheBytesAreCut) {
  const std::string text =
      R"( {"Start":0,"Items" : [ {"a":"]}\"{","b":[1,{"c":2}]} , {"Items":["x"]},7, "s,]" ,null],)"
      R"("TotalRecordCount": 12 } )";
  for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{2}, size_t{7}}) {
    const Result result = Split(text, kItems, piece);

    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_THAT(result.entries, ElementsAre(R"({"a":"]}\"{","b":[1,{"c":2}]})",
                                            R"({"Items":["x"]})", "7", "\"s,]\" ", "null"));
    EXPECT_EQ(result.total, 12U);
  }
}

TEST(ListSplitterTest, FindsTheListOnlyWhereItBelongs) {
  const Result result = Split(
      R"({"MediaContainer":{"size":1,"totalSize":9,"Meta":{"Metadata":[1]},"Metadata":[{"k":1}]}})",
      kPlex);

  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.entries, ElementsAre(R"({"k":1})"));
  EXPECT_EQ(result.total, 9U);
}

TEST(ListSplitterTest, AnEmptyContainerIsAnEmptyListing) {
  EXPECT_TRUE(Split(R"({"MediaContainer":{"size":0}})", kPlex).status.ok());
  EXPECT_TRUE(Split(R"({"Items":[]})").status.ok());
  EXPECT_FALSE(Split(R"({"Other":{"size":0}})", kPlex).status.ok());
}

TEST(ListSplitterTest, TakesABareArrayWhereThatIsKnownToHappen) {
  EXPECT_FALSE(Split(R"([{"a":1}])").status.ok());
  const Result result =
      Split(R"([{"a":1},{"a":2}])", {.key = "items", .depth = 1, .may_be_bare = true});
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.entries.size(), 2U);
}

TEST(ListSplitterTest, SaysWhatItIsInstead) {
  const auto says = [](std::string_view text) {
    const absl::Status status = Split(text).status;
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    return std::string(base::MessageOf(status));
  };
  EXPECT_THAT(says(""), HasSubstr("is empty"));
  EXPECT_THAT(says(" \n<html><body>Sign in"), HasSubstr("a web page"));
  EXPECT_THAT(says("no such thing"), HasSubstr("no JSON"));
  EXPECT_THAT(says("{}"), HasSubstr("has no Items"));
  EXPECT_THAT(says(R"({"Items":[{"a":1},{"b)"), HasSubstr("ends before"));
  EXPECT_THAT(says(R"({"Items":[{"a":1}])"), HasSubstr("ends before"));
  EXPECT_THAT(says(std::string(100'000, '[')), HasSubstr("nested more than 64 deep"));
  EXPECT_THAT(says("{\"Items\":[" + std::string(100'000, '[')), HasSubstr("nested more than"));
  EXPECT_THAT(says("{\"a\":\"" + std::string(1 << 20, 'x')), HasSubstr("around its list"));
}

TEST(ListSplitterTest, LeavesOutAnEntryThatIsTooLarge) {
  const std::string huge = "{\"a\":\"" + std::string(ListSplitter::kMaxEntryBytes, 'x') + "\"}";

  const Result result = Split("{\"Items\":[{\"a\":1}," + huge + ",{\"a\":2}]}", kItems, 4096);

  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.entries, ElementsAre("{\"a\":1}", "{\"a\":2}"));
  EXPECT_EQ(result.too_large, 1U);
}

TEST(ListSplitterTest, AnErrorOfTheTakerEndsIt) {
  ListSplitter splitter(kItems, [](std::string&) { return absl::AbortedError("enough"); });

  EXPECT_EQ(splitter.Feed(R"({"Items":[1,2]})").code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace marquee::playlist
