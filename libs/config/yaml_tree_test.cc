#include "libs/config/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"

namespace marquee::config {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string ProblemOf(const std::string& text) {
  const absl::StatusOr<YamlNode> node = ParseYaml(text, "f");
  EXPECT_EQ(node.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(base::MessageOf(node.status()));
}

TEST(YamlTreeTest, KeepsKeysValuesAndLines) {
  const YamlNode root = ParseYaml("a: 1\nb:\n  - x\n  - {c: ~}\n", "f").value();

  ASSERT_EQ(root.kind, YamlNode::Kind::kMap);
  ASSERT_EQ(root.entries.size(), 2u);
  EXPECT_EQ(root.entries[0].value.text, "1");
  EXPECT_EQ(root.entries[1].line, 2);
  const YamlNode& list = root.entries[1].value;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].line, 3);
  EXPECT_EQ(list.items[1].entries[0].value.kind, YamlNode::Kind::kNull);
}

TEST(YamlTreeTest, KeepsDuplicateKeys) {
  EXPECT_EQ(ParseYaml("a: 1\na: 2", "f")->entries.size(), 2u);
}

TEST(YamlTreeTest, AnEmptyTextIsNull) {
  EXPECT_EQ(ParseYaml("", "f")->kind, YamlNode::Kind::kNull);
}

TEST(YamlTreeTest, RejectsAliases) {
  EXPECT_EQ(ProblemOf("a: &x [1]\nb: [*x, *x]"),
            "f:2: aliases (*name) are not supported; write the value out");
}

TEST(YamlTreeTest, RejectsDeepNesting) {
  EXPECT_EQ(ProblemOf(std::string(17, '[') + std::string(17, ']')),
            "f:1: nested deeper than 16 levels");
  EXPECT_THAT(ProblemOf(std::string(1 << 20, '[')), StartsWith("f:1: "));
  EXPECT_THAT(ProblemOf(std::string(1 << 20, '{')), StartsWith("f:1: "));
}

TEST(YamlTreeTest, RejectsMoreThan20000Values) {
  std::string many = "[";
  for (int i = 0; i < 20'000; ++i) many += "1,";

  EXPECT_THAT(ProblemOf(many + "1]"), HasSubstr("more than 20000 values"));
}

TEST(YamlTreeTest, RejectsASecondDocument) {
  EXPECT_EQ(ProblemOf("a: 1\n---\nb: 2"), "f:3: a second document; only one is allowed");
}

TEST(YamlTreeTest, RejectsKeysThatAreNotText) {
  EXPECT_THAT(ProblemOf("? [a]\n: b"), HasSubstr("expected a key"));
}

TEST(YamlTreeTest, ReportsTheLineOfASyntaxError) {
  EXPECT_THAT(ProblemOf("a: 1\n  b: 2"), StartsWith("f:2: invalid YAML: "));
  EXPECT_THAT(ProblemOf("a: 'x"), HasSubstr("invalid YAML: "));
  EXPECT_THAT(ProblemOf("a: \tb\n\t- c"), HasSubstr("invalid YAML: "));
}

}  // namespace
}  // namespace marquee::config
