#include "services/playlist/sources/remote/list_splitter.h"

#include <fmt/format.h>
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
  DamagedEntries damaged;
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
  result.damaged = splitter.damaged();
  return result;
}

TEST(ListSplitterTest, PassesOnEachEntryForAnyChunking) {
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

TEST(ListSplitterTest, FindsTheListOnlyAtItsPlace) {
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

TEST(ListSplitterTest, AcceptsABareArrayIfAllowed) {
  EXPECT_FALSE(Split(R"([{"a":1}])").status.ok());
  const Result result =
      Split(R"([{"a":1},{"a":2}])", {.key = "items", .depth = 1, .may_be_bare = true});
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.entries.size(), 2U);
}

TEST(ListSplitterTest, DescribesOtherResponses) {
  const auto says = [](std::string_view text) {
    const absl::Status status = Split(text).status;
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    return std::string(base::MessageOf(status));
  };
  EXPECT_THAT(says(""), HasSubstr("is empty"));
  EXPECT_THAT(says(" \n<html><body>Sign in"), HasSubstr("a web page"));
  EXPECT_THAT(says("no such thing"), HasSubstr("not JSON"));
  EXPECT_THAT(says("{}"), HasSubstr("no Items"));
  EXPECT_THAT(says(R"({"Items":[{"a":1},{"b)"), HasSubstr("truncated"));
  EXPECT_THAT(says(R"({"Items":[{"a":1}])"), HasSubstr("truncated"));
  EXPECT_THAT(says(std::string(100'000, '[')), HasSubstr("nested more than 64 levels deep"));
  EXPECT_THAT(says("{\"Items\":[" + std::string(100'000, '[')), HasSubstr("truncated"));
  EXPECT_THAT(says("{\"Items\":[{\"a\":" + std::string(100'000, '[')),
              HasSubstr("nested more than 64 levels deep"));
  EXPECT_THAT(says("{\"a\":\"" + std::string(1 << 20, 'x')), HasSubstr("outside its list"));
}

TEST(ListSplitterTest, SkipsTooLargeEntries) {
  const std::string huge = "{\"a\":\"" + std::string(ListSplitter::kMaxEntryBytes, 'x') + "\"}";

  const Result result = Split("{\"Items\":[{\"a\":1}," + huge + ",{\"a\":2}]}", kItems, 4096);

  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.entries, ElementsAre("{\"a\":1}", "{\"a\":2}"));
  EXPECT_EQ(result.damaged.count(), 1U);
  EXPECT_THAT(result.damaged.Describe(),
              HasSubstr("1 entry cannot be read and is left out: entry 2"));
}

TEST(ListSplitterTest, SkipsTooDeepEntries) {
  const std::string deep = "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";

  const Result result = Split("{\"Items\":[{\"a\":1}," + deep + ",{\"a\":2}]}", kItems, 7);

  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.entries, ElementsAre("{\"a\":1}", "{\"a\":2}"));
  EXPECT_EQ(result.damaged.count(), 1U);
}

TEST(ListSplitterTest, SkipsAByteOrderMarkForAnyChunking) {
  for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{2}}) {
    const Result result = Split("\xEF\xBB\xBF{\"Items\":[{\"a\":1}]}", kItems, piece);
    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_THAT(result.entries, ElementsAre("{\"a\":1}"));
  }
}

TEST(ListSplitterTest, CountsEntriesRejectedByTheCallback) {
  ListSplitter splitter(kItems, [](std::string& text) {
    return text.find("bad") == std::string::npos ? absl::OkStatus()
                                                 : absl::FailedPreconditionError("unreadable");
  });
  ASSERT_TRUE(
      splitter.Feed(R"({"Items":[{"Name":"Good"},{"x":"bad","Name":"Am\u00e9lie"}]})").ok());
  ASSERT_TRUE(splitter.Finish().ok());

  EXPECT_EQ(splitter.entries(), 2U);
  EXPECT_THAT(splitter.damaged().Describe(), HasSubstr("entry 2 (\"Am"));
}

// Each byte of a listing in turn is lost, doubled, or replaced by each structural character.
class DamagedListingTest : public ::testing::TestWithParam<const char*> {
 protected:
  static constexpr std::string_view kBefore = R"({"MediaContainer":{"size":4,"Metadata":[)";
  static constexpr std::string_view kBehind = R"(],"totalSize":4}})";

  static std::string EntryOf(int number) {
    std::string entry = GetParam();
    for (size_t at = entry.find('#'); at != std::string::npos; at = entry.find('#')) {
      entry.replace(at, 1, std::to_string(number));
    }
    return entry;
  }
  // `damaged` is at `place` among intact entries; each of those must be passed on.
  static void Expect(const std::string& list, int place, const std::string& what) {
    for (const size_t piece : {SIZE_MAX, size_t{3}}) {
      const std::string text = fmt::format("{}{}{}", kBefore, list, kBehind);
      const Result result = Split(text, kPlex, piece);
      ASSERT_TRUE(result.status.ok()) << what << ": " << result.status << "\n" << text;
      for (int i = 0; i < 4; ++i) {
        if (i == place) continue;
        ASSERT_THAT(result.entries, ::testing::Contains(EntryOf(i))) << what << "\n" << text;
      }
    }
  }
};

TEST_P(DamagedListingTest, SkipsOnlyTheDamagedEntry) {
  constexpr std::string_view kMeaning = "\"\\{}[],: x7\n\x01\xE9";
  for (int place = 0; place < 4 && !HasFailure(); ++place) {
    const std::string sound = EntryOf(place);
    for (size_t at = 0; at < sound.size() && !HasFailure(); ++at) {
      std::vector<std::string> damaged = {std::string(sound).erase(at, 1),
                                          std::string(sound).insert(at, 1, sound[at])};
      for (const char c : kMeaning) {
        damaged.push_back(sound);
        damaged.back()[at] = c;
        damaged.push_back(std::string(sound).insert(at, 1, c));
      }
      for (const std::string& entry : damaged) {
        std::string list;
        for (int i = 0; i < 4; ++i) {
          list += fmt::format("{}{}", i == 0 ? "" : ",", i == place ? entry : EntryOf(i));
        }
        Expect(list, place, fmt::format("place {}, byte {}", place, at));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Vendors, DamagedListingTest,
    ::testing::Values(
        R"({"ratingKey":"#","title":"T, # [x] {y}: z","Media":[{"id":1,"Part":[{"id":#}]}],"Genre":[{"tag":"Dra: ma"},{"tag":"Two"}],"year":199#})",
        R"({"Name":"Film #","Id":"a#","ImageTags":{"Primary":"p#","Logo":"l"},"Genres":["Drama","]},{"],"Taglines":[],"Overview":"","Type":"Movie"})",
        R"({"adult":false,"id":#,"genre_ids":[18,53],"title":"\"Q\" \\ #","poster_path":"/p#.jpg","overview":null})",
        "{ \"id\" : # ,\n  \"name\" : \"Game #\",\n  \"metadatum\" : { \"genres\" : [ \"a\" , "
        "\"b\" ] },\n  \"last\" : \"end\"\n }"));

TEST(ListSplitterTest, AnErrorOfTheCallbackEndsTheSplitting) {
  ListSplitter splitter(kItems, [](std::string&) { return absl::AbortedError("enough"); });

  EXPECT_EQ(splitter.Feed(R"({"Items":[1,2]})").code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace marquee::playlist
