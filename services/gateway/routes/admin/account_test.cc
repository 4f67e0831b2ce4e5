#include "services/gateway/routes/admin/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;

class AccountRoutesTest : public RouteTest {
 protected:
  AccountRoutesTest()
      : RouteTest({.api_per_minute = 0, .admin_per_minute = 0, .failures_per_15_minutes = 3}) {
    routes_.AddTo(router_);
    router_.Add(
        Method::kPost, "/api/admin/thing",
        [](RequestPtr, std::string) -> asio::awaitable<Response> {
          co_return Response::Empty(204);
        },
        Access::kAdmin);
  }

  Response Post(const std::string& target, const std::string& body = "{}", Fields fields = {}) {
    fields.emplace_back("Sec-Fetch-Site", "same-origin");
    return RunToEnd(router_.Handle(MakeRequest(Method::kPost, target, fields, body)));
  }
  Response LogIn(const std::string& password) {
    return Post("/admin/login", R"({"username":"keeper","password":")" + password + "\"}");
  }
  Response LogInFrom(const std::string& address, const std::string& password, Fields fields = {}) {
    fields.emplace_back("Sec-Fetch-Site", "same-origin");
    const auto request = std::make_shared<Request>(
        *MakeRequest(Method::kPost, "/admin/login", fields,
                     R"({"username":"keeper","password":")" + password + "\"}"));
    request->remote_ip = address;
    return RunToEnd(router_.Handle(request));
  }
  // The first cookie set by a response, in the form that a request sends.
  static std::string CookieOf(const Response& response) {
    const std::string_view field = response.headers.Get("Set-Cookie");
    return std::string(field.substr(0, field.find(';')));
  }

  AccountRoutes routes_{{.clock = clock_,
                         .sessions = sessions_,
                         .origins = origins_,
                         .accounts = accounts_,
                         .limits = limits_,
                         .longest_wait = absl::ZeroDuration()}};
};

TEST_F(AccountRoutesTest, SessionSaysWhetherTheSecondFactorIsOn) {
  const Fields session{{"Cookie", CookieOf(LogIn("correct horse"))}};
  EXPECT_THAT(BodyOf(Get("/api/admin/session", session)), HasSubstr(R"("secondFactor":false)"));
  accounts_.totp = "123456";
  EXPECT_THAT(BodyOf(Get("/api/admin/session", session)), HasSubstr(R"("secondFactor":true)"));
}

TEST_F(AccountRoutesTest, CreatesTheFirstAccountOnce) {
  accounts_.complete = false;
  EXPECT_EQ(BodyOf(Get("/api/admin/setup")), R"({"complete":false,"codeRequired":true})");
  EXPECT_EQ(Post("/admin/setup", R"({"username":"first","password":"long enough"})").status, 403);
  const std::string body = R"({"username":"first","password":"long enough","setup_code":"code"})";
  EXPECT_EQ(Post("/admin/setup", R"({"username":"first","password":"short"})").status, 400);

  const Response made = Post("/admin/setup", body);
  const Response again = Post("/setup", body);

  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", CookieOf(made)}}).status, 204);
  EXPECT_EQ(again.status, 403);
  EXPECT_EQ(accounts_.account.username, "first");
  EXPECT_EQ(BodyOf(Get("/api/admin/setup")), R"({"complete":true})");
}

TEST_F(AccountRoutesTest, RejectsSetupFromAnotherSite) {
  accounts_.complete = false;
  const Response answer = RunToEnd(router_.Handle(MakeRequest(
      Method::kPost, "/admin/setup", {{"Origin", "https://evil.example"}, {"Host", "wall"}},
      R"({"username":"x","password":"long enough"})")));
  EXPECT_EQ(answer.status, 403);
  EXPECT_FALSE(accounts_.complete);
}

TEST_F(AccountRoutesTest, LoginCreatesSessionAndAuditEvent) {
  const Response answer = LogIn("correct horse");

  EXPECT_EQ(BodyOf(answer), R"({"success":true,"requires2FA":false,"redirectTo":"/admin"})");
  EXPECT_THAT(std::string(answer.headers.Get("Set-Cookie")), HasSubstr("HttpOnly; SameSite=Lax"));
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", CookieOf(answer)}}).status, 204);
  ASSERT_EQ(accounts_.events.size(), 1U);
  EXPECT_EQ(accounts_.events[0].actor, "keeper");
  EXPECT_EQ(accounts_.events[0].action, "POST /api/admin/thing");
  EXPECT_EQ(accounts_.events[0].remote_address, "192.0.2.7");
}

TEST_F(AccountRoutesTest, AcceptsHtmlForm) {
  const Response answer = Post("/login", "username=keeper&password=correct+horse",
                               {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(answer.status, 200);
}

TEST_F(AccountRoutesTest, Returns429AfterTooManyWrongPasswords) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(LogIn("guess").status, 401);

  const Response refused = LogIn("correct horse");

  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.headers.Get("Retry-After"), "");
  clock_.Advance(absl::Minutes(5));
  EXPECT_EQ(LogIn("correct horse").status, 200);
}

TEST_F(AccountRoutesTest, PasswordsOfStrangersDoNotDelayAddressesThatLoggedInBefore) {
  const Response before = LogInFrom("192.0.2.7", "correct horse");
  ASSERT_EQ(before.status, 200);
  int stranger = 0;
  int known = 0;
  int with_cookie = 0;
  accounts_.during_login = [&] {
    stranger = LogInFrom("198.51.100.2", "guess").status;
    known = LogInFrom("192.0.2.7", "correct horse").status;
    with_cookie = LogInFrom("198.51.100.3", "correct horse", {{"Cookie", CookieOf(before)}}).status;
  };

  EXPECT_EQ(LogInFrom("198.51.100.1", "guess").status, 401);

  EXPECT_EQ(stranger, 503) << "another stranger's password is being checked";
  EXPECT_EQ(known, 200);
  EXPECT_EQ(with_cookie, 200);
  EXPECT_EQ(LogInFrom("198.51.100.2", "guess").status, 401);
}

TEST_F(AccountRoutesTest, CorrectLoginsAreNotLimited) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(LogIn("correct horse").status, 200);
}

TEST(LoginThrottleTest, DelaysUnknownAddressesForANameUnderAttack) {
  testing::FakeClock clock;
  LoginThrottle throttle(clock);
  throttle.RecordSuccess("ann", "192.0.2.1");
  for (int i = 1; i < LoginThrottle::kWrong; ++i) EXPECT_FALSE(throttle.RecordFailure("ann"));
  EXPECT_FALSE(throttle.Slows("ann", "198.51.100.1"));
  EXPECT_TRUE(throttle.RecordFailure("ann")) << "reported once";
  EXPECT_FALSE(throttle.RecordFailure("ann"));
  EXPECT_TRUE(throttle.Slows("ann", "198.51.100.1"));
  EXPECT_FALSE(throttle.Slows("ann", "192.0.2.1"));
  EXPECT_FALSE(throttle.Slows("bob", "198.51.100.1"));
  clock.Advance(LoginThrottle::kWindow);
  EXPECT_FALSE(throttle.Slows("ann", "198.51.100.1"));
}

TEST_F(AccountRoutesTest, RequestsSecondFactorAfterThePassword) {
  accounts_.totp = "123456";
  const Response first = LogIn("correct horse");
  EXPECT_EQ(BodyOf(first),
            R"({"success":true,"requires2FA":true,"redirectTo":"/admin/2fa-verify"})");
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", CookieOf(first)}}).status, 401);
  const Fields pending{{"Cookie", CookieOf(first)}};

  EXPECT_EQ(Post("/admin/2fa-verify", R"({"totp_code":"000000"})", pending).status, 401);
  const Response second = Post("/admin/2fa-verify", R"({"totp_code":"123456"})", pending);

  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", CookieOf(second)}}).status, 204);
  clock_.Advance(absl::Minutes(6));
  EXPECT_EQ(Post("/admin/2fa-verify", R"({"totp_code":"123456"})", pending).status, 401);
}

TEST_F(AccountRoutesTest, LogoutRevokesTheCookie) {
  const std::string cookie = CookieOf(LogIn("correct horse"));

  const Response out = Post("/admin/logout", "", {{"Cookie", cookie}});

  EXPECT_EQ(out.status, 302);
  EXPECT_THAT(std::string(out.headers.Get("Set-Cookie")), HasSubstr("Max-Age=0"));
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", cookie}}).status, 401);
}

TEST_F(AccountRoutesTest, RejectsLoginFromAnotherSite) {
  const auto from = [this](const std::string& origin) {
    return RouteTest::Post("/admin/login", R"({"username":"keeper","password":"correct horse"})",
                           {{"Origin", origin}, {"Host", "wall.local"}});
  };
  EXPECT_EQ(from("https://evil.example").status, 403);
  EXPECT_EQ(from("https://wall.local").status, 200);
}

TEST_F(AccountRoutesTest, SetupAndLoginRequireKnownHostAndSameOrigin) {
  const std::string body = R"({"username":"keeper","password":"correct horse"})";
  const std::vector<Fields> refused{{{"Host", "10.0.0.5:4000"}, {"Sec-Fetch-Site", "cross-site"}},
                                    {{"Host", "10.0.0.5:4000"}, {"Sec-Fetch-Site", "same-site"}},
                                    {{"Host", "evil.example"}},
                                    {{"Host", "evil.example"}, {"Origin", "http://evil.example"}},
                                    {{"Host", "evil.example"}, {"Sec-Fetch-Site", "same-origin"}}};
  for (const char* path : {"/admin/setup", "/setup", "/admin/login", "/login"}) {
    for (const Fields& fields : refused) {
      const Response answer = RouteTest::Post(path, body, fields);
      EXPECT_EQ(answer.status, 403) << path << fields.front().second;
      EXPECT_THAT(BodyOf(answer), HasSubstr("public_url"));
    }
  }
  EXPECT_EQ(RouteTest::Post("/admin/login", body, {{"Host", "10.0.0.5:4000"}}).status, 200);
}

TEST_F(AccountRoutesTest, RejectsLogoutFromAnotherSite) {
  const std::string cookie = CookieOf(LogIn("correct horse"));
  RunToEnd(router_.Handle(MakeRequest(Method::kPost, "/admin/logout",
                                      {{"Cookie", cookie}, {"Sec-Fetch-Site", "cross-site"}})));
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", cookie}}).status, 204);
}

TEST_F(AccountRoutesTest, GetDoesNotLogOut) {
  const std::string cookie = CookieOf(LogIn("correct horse"));
  for (const char* target : {"/logout", "/admin/logout"}) {
    EXPECT_EQ(Get(target, {{"Cookie", cookie}}).status, 405) << target;
  }
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", cookie}}).status, 204);
}

TEST_F(AccountRoutesTest, NewPasswordEndsOtherSessionsAndKeepsTheCurrentOne) {
  const std::string other = CookieOf(LogIn("correct horse"));
  const std::string mine = CookieOf(LogIn("correct horse"));
  const std::string body =
      R"({"currentPassword":"correct horse","newPassword":"battery staple","confirmPassword":"battery staple"})";

  const Response changed = Post("/api/admin/change-password", body, {{"Cookie", mine}});

  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", other}}).status, 401);
  EXPECT_EQ(Post("/api/admin/thing", "", {{"Cookie", CookieOf(changed)}}).status, 204);
}

TEST_F(AccountRoutesTest, ApiKeyIsShownOnceAndCanBeRevoked) {
  const Fields session{{"Cookie", CookieOf(LogIn("correct horse"))}};
  const Response made = Post("/api/admin/api-key/generate", "", session);
  EXPECT_THAT(BodyOf(made), HasSubstr(R"("apiKey":"token-0")"));
  const Fields key{{"X-API-Key", "token-0"}};
  EXPECT_EQ(Post("/api/admin/thing", "", key).status, 204);
  EXPECT_THAT(
      BodyOf(RunToEnd(router_.Handle(MakeRequest(Method::kGet, "/api/admin/api-key", key)))),
      HasSubstr(R"("hasKey":true,"apiKey":null)"));

  Post("/api/admin/api-key/revoke", "", session);

  clock_.Advance(absl::Seconds(11));
  EXPECT_EQ(Post("/api/admin/thing", "", key).status, 401);
}

TEST_F(AccountRoutesTest, Returns503WhenTheServiceIsUnavailable) {
  accounts_.away = true;
  EXPECT_EQ(LogIn("correct horse").status, 503);
}

}  // namespace
}  // namespace marquee::gateway
