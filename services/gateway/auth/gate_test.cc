#include "services/gateway/auth/gate.h"

#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "libs/testing/fake_clock.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/requests.h"
#include "services/gateway/testing/run.h"

namespace marquee::gateway {
namespace {

class GateTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::shared_ptr<const Principal>> Admit(const Fields& fields,
                                                         Access access = Access::kAdmin,
                                                         Method method = Method::kGet) {
    return RunToEnd(gate_.Admit(MakeRequest(method, "/", fields), access));
  }
  std::string SessionCookie() {
    const std::string field = sessions_.Cookie(accounts_.account, {});
    return field.substr(0, field.find(';'));
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  FakeAccounts accounts_;
  RequestLimits limits_{{.failures_per_15_minutes = 3}, clock_, metrics_};
  const AdminToken token_{"from-the-file"};
  Sealer sealer_{{}};
  const Sessions sessions_{sealer_, clock_};
  const OriginCheck origins_{{}};
  Gate gate_{{.clock = clock_,
              .token = token_,
              .sessions = sessions_,
              .origins = origins_,
              .accounts = accounts_,
              .limits = limits_}};
};

TEST_F(GateTest, RejectsRequestsWithoutCredentials) {
  EXPECT_TRUE(absl::IsUnauthenticated(Admit({}).status()));
  EXPECT_TRUE(absl::IsUnauthenticated(Admit({{"Cookie", "marquee_session=nonsense"}}).status()));
  EXPECT_EQ(accounts_.token_checks, 0);
}

TEST_F(GateTest, SessionFromBeforeARestartIsAcceptedOnceTheSharedKeyArrives) {
  Sealer before{{}};
  before.Share("the key that all gateways share");
  const std::string field = Sessions(before, clock_).Cookie(accounts_.account, {});
  const Fields cookie{{"Cookie", field.substr(0, field.find(';'))}};

  sealer_.AwaitShared();
  EXPECT_TRUE(absl::IsUnavailable(Admit(cookie).status()));
  const Fields meanwhile{{"Cookie", SessionCookie()}};
  EXPECT_TRUE(Admit(meanwhile).ok());
  sealer_.Share("the key that all gateways share");
  EXPECT_TRUE(Admit(cookie).ok());
  EXPECT_TRUE(Admit(meanwhile).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(Admit({{"Cookie", "marquee_session=x"}}).status()));
}

TEST_F(GateTest, TokenIsLimitedToItsScope) {
  accounts_.tokens["t"] = {.id = "1", .name = "grafana", .scope = Scope::kRead, .hint = ""};
  const Fields fields{{"Authorization", "Bearer t"}};
  EXPECT_EQ((*Admit(fields, Access::kRead))->name, "grafana");
  EXPECT_TRUE(Admit(fields, Access::kMetrics).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Admit(fields, Access::kOperate).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Admit(fields, Access::kAdmin).status()));
  EXPECT_EQ(accounts_.token_checks, 1);  // the result is cached
}

TEST_F(GateTest, RevokedTokenIsRejectedAfterItsCacheEntryExpires) {
  accounts_.tokens["t"] = {.id = "1", .name = "x", .scope = Scope::kAdmin, .hint = ""};
  EXPECT_TRUE(Admit({{"X-API-Key", "t"}}).ok());
  accounts_.tokens.clear();
  clock_.Advance(absl::Seconds(11));
  EXPECT_TRUE(absl::IsUnauthenticated(Admit({{"X-API-Key", "t"}}).status()));
}

TEST_F(GateTest, ValidTokenIsNeverRejectedBecauseOfWrongOnes) {
  accounts_.tokens["right"] = {.id = "1", .name = "script", .scope = Scope::kRead, .hint = ""};
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(Admit({{"X-API-Key", std::to_string(i)}}).ok());
  EXPECT_EQ((*Admit({{"X-API-Key", "right"}}, Access::kRead))->name, "script");
  EXPECT_FALSE(limits_.BeginAttempt("192.0.2.1")) << "wrong tokens must not block log-in";
}

TEST_F(GateTest, WrongTokensAreRateLimitedPerAddress) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(absl::IsUnauthenticated(Admit({{"X-API-Key", std::to_string(i)}}).status()));
  }
  const absl::Status refused = Admit({{"X-API-Key", "4"}}).status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_GT(rpc::RetryAfterOf(refused), absl::ZeroDuration());
  EXPECT_TRUE(Admit({{"X-API-Key", "from-the-file"}}).ok());
}

TEST_F(GateTest, UnreachableAccountServiceYieldsUnavailable) {
  const std::string cookie = SessionCookie();
  accounts_.away = true;
  EXPECT_TRUE(absl::IsUnavailable(Admit({{"X-API-Key", "t"}}).status()));
  EXPECT_TRUE(absl::IsUnavailable(Admit({{"Cookie", cookie}}).status()));
}

TEST_F(GateTest, SessionLastsAWeekAndIsRenewedWhenUsed) {
  const std::string cookie = SessionCookie();
  const auto first = Admit({{"Cookie", cookie}});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ((*first)->name, "keeper");
  EXPECT_EQ((*first)->renewed_cookie, "");

  clock_.Advance(absl::Hours(25));
  EXPECT_NE((*Admit({{"Cookie", cookie}}))->renewed_cookie, "");
  clock_.Advance(absl::Hours(24 * 7));
  EXPECT_TRUE(absl::IsUnauthenticated(Admit({{"Cookie", cookie}}).status()));
}

TEST_F(GateTest, LogoutRevokesCopiedSessionCookies) {
  const std::string stolen = SessionCookie();
  EXPECT_TRUE(Admit({{"Cookie", stolen}}).ok());
  RunToEnd(accounts_.RevokeSessions("a1")).value();
  EXPECT_TRUE(absl::IsUnauthenticated(Admit({{"Cookie", stolen}}).status()));
  EXPECT_TRUE(Admit({{"Cookie", SessionCookie()}}).ok());
}

struct Sender {
  const char* name;
  Fields fields;
  bool ours;
};
TEST_F(GateTest, ChangesByCookieRequireTheServersOrigin) {
  const std::vector<Sender> senders{
      {"a form of another site", {{"Origin", "https://evil.example"}}, false},
      {"a sandboxed page", {{"Origin", "null"}}, false},
      {"no origin at all", {}, false},
      {"another host of the same site", {{"Sec-Fetch-Site", "same-site"}}, false},
      {"a link of another site", {{"Sec-Fetch-Site", "cross-site"}}, false},
      {"another that fakes an origin",
       {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://wall.example"}},
       false},
      {"our page", {{"Sec-Fetch-Site", "same-origin"}}, true},
      {"our page in an older browser", {{"Origin", "https://wall.example"}}, true}};
  for (const Sender& sender : senders) {
    Fields fields = sender.fields;
    fields.emplace_back("Cookie", SessionCookie());
    fields.emplace_back("Host", "wall.example");
    EXPECT_EQ(Admit(fields, Access::kAdmin, Method::kPost).ok(), sender.ours) << sender.name;
    EXPECT_TRUE(Admit(fields, Access::kAdmin, Method::kGet).ok()) << sender.name;
  }
  // Browsers do not send a token on their own.
  EXPECT_TRUE(Admit({{"X-API-Key", "from-the-file"}, {"Origin", "https://evil.example"}},
                    Access::kAdmin, Method::kPost)
                  .ok());
}

}  // namespace
}  // namespace marquee::gateway
