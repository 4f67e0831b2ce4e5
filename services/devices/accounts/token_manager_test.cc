#include "services/devices/accounts/token_manager.h"

#include <gtest/gtest.h>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

class TokenManagerTest : public ::testing::Test {
 protected:
  NewToken Make(absl::Time expires_at = absl::InfinitePast()) {
    auto made = manager_.Create("grafana", TokenScope::kMetrics, expires_at);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.value_or(NewToken());
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  std::unique_ptr<DeviceStore> store_ =
      std::move(*SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}));
  TokenManager manager_{{.store = *store_, .clock = clock_, .logger = logger_}};
};

TEST_F(TokenManagerTest, StoresOnlyTheHashOfAToken) {
  const NewToken made = Make();

  EXPECT_EQ(made.value.size(), 64U);
  EXPECT_EQ(made.token.hint, made.value.substr(0, 6));
  EXPECT_EQ(manager_.List()->front().value_hash.find(made.value), std::string::npos);
  EXPECT_EQ(logger_.Count(made.value), 0U);
  EXPECT_EQ(manager_.Verify(made.value)->scope, TokenScope::kMetrics);
  EXPECT_TRUE(absl::IsUnauthenticated(manager_.Verify(made.value + "0").status()));
}

TEST_F(TokenManagerTest, RejectsExpiredAndRevokedTokens) {
  const NewToken brief = Make(clock_.Now() + absl::Hours(1));
  const NewToken lasting = Make();

  clock_.Advance(absl::Hours(1));
  EXPECT_TRUE(absl::IsUnauthenticated(manager_.Verify(brief.value).status()));
  ASSERT_TRUE(manager_.Revoke(lasting.token.id).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(manager_.Verify(lasting.value).status()));
  EXPECT_TRUE(absl::IsNotFound(manager_.Revoke(lasting.token.id)));
  EXPECT_TRUE(absl::IsInvalidArgument(
      manager_.Create("x", TokenScope::kRead, clock_.Now() - absl::Seconds(1)).status()));
}

TEST_F(TokenManagerTest, RecordsTheLastUseToTheMinute) {
  const NewToken made = Make();
  ASSERT_TRUE(manager_.Verify(made.value).ok());
  const absl::Time first = manager_.List()->front().last_used_at;

  clock_.Advance(absl::Seconds(20));
  ASSERT_TRUE(manager_.Verify(made.value).ok());
  EXPECT_EQ(manager_.List()->front().last_used_at, first);

  clock_.Advance(absl::Seconds(60));
  ASSERT_TRUE(manager_.Verify(made.value).ok());
  EXPECT_GT(manager_.List()->front().last_used_at, first);
}

TEST_F(TokenManagerTest, ReturnsAuditEventsInPagesNewestFirst) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(
        manager_.Record({.actor = "ann", .action = "device.update", .target = std::to_string(i)})
            .ok());
  }

  const auto first = manager_.Events({}, 2);
  const auto second = manager_.Events(first->back().ordinal, 10);

  EXPECT_EQ(first->front().target, "4");
  EXPECT_EQ(second->size(), 3U);
  EXPECT_EQ(second->back().target, "0");
  EXPECT_EQ(second->back().occurred_at, clock_.Now());
}

TEST_F(TokenManagerTest, CutsLongAuditEvents) {
  ASSERT_TRUE(
      manager_.Record({.actor = std::string(10'000, 'a'), .detail = std::string(10'000, 'd')})
          .ok());

  EXPECT_EQ(manager_.Events({}, 1)->front().actor.size(), 512U);
  EXPECT_EQ(manager_.Events({}, 1)->front().detail.size(), 4096U);
}

}  // namespace
}  // namespace marquee::devices
