#include "libs/base/set_digest.h"

#include <gtest/gtest.h>

namespace marquee::base {
namespace {

TEST(SetDigestTest, DoesNotDependOnTheOrder) {
  SetDigest forwards;
  SetDigest backwards;
  for (int i = 0; i < 100; ++i) forwards.Toggle("device", i);
  for (int i = 99; i >= 0; --i) backwards.Toggle("device", i);
  EXPECT_EQ(forwards.value(), backwards.value());
  EXPECT_NE(forwards.value(), 0U);
}

TEST(SetDigestTest, EqualsTheEmptySetAfterAllPairsWereRemoved) {
  SetDigest digest;
  digest.Toggle("a", 1);
  digest.Toggle("b", 2);
  digest.Toggle("a", 1);
  digest.Toggle("b", 2);
  EXPECT_EQ(digest.value(), 0U);
}

TEST(SetDigestTest, DependsOnNamesAndNumbers) {
  const auto of = [](std::string_view name, int64_t number) {
    SetDigest digest;
    digest.Toggle(name, number);
    return digest.value();
  };
  EXPECT_NE(of("a", 1), of("a", 2));
  EXPECT_NE(of("a", 1), of("b", 1));
  EXPECT_NE(of("a", 1) ^ of("b", 2), of("a", 2) ^ of("b", 1));
}

}  // namespace
}  // namespace marquee::base
