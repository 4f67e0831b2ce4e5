#include "services/devices/store/json_column.h"

#include <gtest/gtest.h>

namespace marquee::devices {
namespace {

TEST(JsonColumnTest, MergeReplacesEqualKeysAndKeepsOthers) {
  EXPECT_EQ(MergeObjects(R"({"title":"Alien","paused":true})", R"({"title":"Heat"})"),
            R"({"title":"Heat","paused":true})");
}

TEST(JsonColumnTest, MergesOneLevelDeep) {
  EXPECT_EQ(MergeObjects(R"({"screen":{"w":1,"h":2}})", R"({"screen":{"w":3}})"),
            R"({"screen":{"w":3}})");
}

TEST(JsonColumnTest, TreatsTextThatIsNotAnObjectAsEmpty) {
  EXPECT_EQ(MergeObjects("[1]", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(MergeObjects(R"({"a":1})", "oops"), R"({"a":1})");
  EXPECT_EQ(MergeObjects("", ""), "{}");
}

TEST(JsonColumnTest, TagsRoundTrip) {
  const std::vector<std::string> tags = {"big", "a,b", "\"quoted\""};

  EXPECT_EQ(TextsFromJson(TextsToJson(tags)), tags);
  EXPECT_TRUE(TextsFromJson("{}").empty());
}

}  // namespace
}  // namespace marquee::devices
