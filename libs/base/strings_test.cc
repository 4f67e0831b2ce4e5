#include "libs/base/strings.h"

#include <gtest/gtest.h>

namespace marquee::base {
namespace {

TEST(StringsTest, NearestFindsTheClosestCandidate) {
  EXPECT_EQ(Nearest("memroy_mb", {"disk_mb", "memory_mb", "disk_ttl"}), "memory_mb");
  EXPECT_EQ(Nearest("x", {}), "");
}

TEST(StringsTest, AnnotateKeepsTheCodeAndPrependsThePlace) {
  const absl::Status annotated = Annotate(absl::NotFoundError("no such file"), "posters");

  EXPECT_EQ(annotated.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(MessageOf(annotated), "posters: no such file");
  EXPECT_TRUE(Annotate(absl::OkStatus(), "posters").ok());
}

}  // namespace
}  // namespace marquee::base
