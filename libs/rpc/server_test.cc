#include "libs/rpc/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"

namespace marquee::rpc {
namespace {

using ::testing::HasSubstr;

TEST(RpcServerTest, NamesTheSettingToChangeIfThePortIsInUse) {
  base::SystemClock clock;
  obs::Metrics metrics;
  auto first = Server::Start({.listen = "127.0.0.1:0"}, {}, metrics, clock);
  ASSERT_TRUE(first.ok());

  auto second = Server::Start({.listen = "127.0.0.1:" + std::to_string((*first)->port())}, {},
                              metrics, clock);

  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("set `listen` to another"));
}

}  // namespace
}  // namespace marquee::rpc
