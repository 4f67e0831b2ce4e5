#include "libs/rpc/error_info.h"

#include <gtest/gtest.h>

#include "libs/rpc/status.h"

namespace marquee::rpc {
namespace {

TEST(ErrorInfoTest, RetryAfterSurvivesTheWire) {
  const absl::Status busy =
      WithRetryAfter(absl::ResourceExhaustedError("busy"), absl::Milliseconds(1500));

  EXPECT_EQ(RetryAfterOf(FromGrpc(ToGrpc(busy))), absl::Milliseconds(1500));
}

}  // namespace
}  // namespace marquee::rpc
