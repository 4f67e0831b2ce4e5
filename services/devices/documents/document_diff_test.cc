#include "services/devices/documents/document_diff.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace marquee::devices {
namespace {

std::vector<DocumentChange> Diff(const char* before, const char* after) {
  return DiffDocuments(boost::json::parse(before).as_object(),
                       boost::json::parse(after).as_object());
}

TEST(DocumentDiffTest, ReportsEachChangedValue) {
  EXPECT_EQ(
      Diff(R"({"a":1,"gone":true,"deep":{"x":1,"y":2}})",
           R"({"a":1,"new":[1],"deep":{"x":1,"y":3}})"),
      (std::vector<DocumentChange>{
          {"/deep/y", "2", "3"}, {"/gone", "true", std::nullopt}, {"/new", std::nullopt, "[1]"}}));
}

TEST(DocumentDiffTest, ComparesListsOfEqualLengthByElement) {
  EXPECT_EQ(Diff(R"({"l":[{"n":1},{"n":2}]})", R"({"l":[{"n":1},{"n":5}]})"),
            (std::vector<DocumentChange>{{"/l/1/n", "2", "5"}}));
  EXPECT_EQ(Diff(R"({"l":[1]})", R"({"l":[1,2]})"),
            (std::vector<DocumentChange>{{"/l", "[1]", "[1,2]"}}));
}

TEST(DocumentDiffTest, EscapesKeysInJsonPointers) {
  EXPECT_EQ(Diff("{}", R"({"a/b~c":1})"),
            (std::vector<DocumentChange>{{"/a~1b~0c", std::nullopt, "1"}}));
}

TEST(DocumentDiffTest, ReportsNoChangeForEqualDocuments) {
  EXPECT_TRUE(Diff(R"({"a":[1,{"b":null}]})", R"({"a":[1,{"b":null}]})").empty());
}

}  // namespace
}  // namespace marquee::devices
