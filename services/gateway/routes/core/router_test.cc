// Common properties of all responses, and access control.
#include "services/gateway/routes/core/router.h"

#include <gtest/gtest.h>

#include "services/gateway/routes/core/answer_policy.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

asio::awaitable<Response> Nothing(RequestPtr, std::string) { co_return Response::Empty(204); }

asio::awaitable<Response> Page(RequestPtr, std::string) {
  Response page = Response::Text(200, "text/html; charset=utf-8", "<!doctype html>");
  page.headers.Add("Cache-Control", "no-cache");
  page.headers.Add("ETag", "\"page\"");
  co_return page;
}

class RouterTest : public RouteTest {
 protected:
  RouterTest() {
    router_.Add(Method::kGet, "/page", Nothing);
    router_.Add(Method::kGet, "/api/things/:id", Nothing);
    router_.Add(Method::kGet, "/page.html", Page, InstallCookie::kSet);
    router_.Add(Method::kGet, "/old", [](RequestPtr, std::string) -> asio::awaitable<Response> {
      co_return Response::Redirect(302, "/new?a=1");
    });
  }
};

TEST_F(RouterTest, UnknownPathYields404InTheCommonFormat) {
  const Response answer = Get("/nowhere");

  EXPECT_EQ(answer.status, 404);
  const auto body = Json(answer).as_object();
  EXPECT_EQ(body.at("error"), "Not Found");
  EXPECT_EQ(body.at("path"), "/nowhere");
  EXPECT_EQ(body.at("method"), "GET");
  EXPECT_TRUE(body.contains("timestamp"));
  EXPECT_TRUE(body.contains("requestId"));
  EXPECT_EQ(Counted("marquee_http_requests_total",
                    {{"method", "GET"}, {"path", "unmatched"}, {"status", "404"}}),
            1);
}

TEST_F(RouterTest, WrongMethodYields405WithAllow) {
  const Response answer = Post("/page", "");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.Get("Allow"), "OPTIONS, GET, HEAD");
}

TEST_F(RouterTest, SetsInstallCookieOnCompletePagesOnly) {
  const Response first = Get("/page.html");
  const std::string cookie(first.headers.Get("Set-Cookie"));
  EXPECT_TRUE(cookie.starts_with("pr_iid="));
  EXPECT_TRUE(cookie.ends_with("; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax"));
  EXPECT_EQ(first.headers.Get("Cache-Control"), "no-cache, private");

  const Response again = Get("/page.html", {{"Cookie", "pr_iid=mine"}});
  EXPECT_FALSE(again.headers.Has("Set-Cookie"));
  EXPECT_EQ(again.headers.Get("Cache-Control"), "no-cache");
  const Response unchanged = Get("/page.html", {{"If-None-Match", "\"page\""}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_FALSE(unchanged.headers.Has("Set-Cookie"));
  EXPECT_FALSE(Get("/page").headers.Has("Set-Cookie"));
}

TEST_F(RouterTest, PrefixesRedirectsWithTheBasePath) {
  auto request = std::make_shared<Request>(*MakeRequest(Method::kGet, "/old"));
  EXPECT_EQ(RunToEnd(router_.Handle(request)).headers.Get("Location"), "/new?a=1");
  auto below = std::make_shared<Request>(*request);
  below->base_path = "/wall";
  EXPECT_EQ(RunToEnd(router_.Handle(below)).headers.Get("Location"), "/wall/new?a=1");
}

TEST_F(RouterTest, CookiesHaveTheBasePath) {
  auto request = std::make_shared<Request>(*MakeRequest(Method::kGet, "/page.html"));
  request->base_path = "/wall";
  const Response page = RunToEnd(router_.Handle(request));
  EXPECT_NE(page.headers.Get("Set-Cookie").find("; Path=/wall;"), std::string_view::npos);
}

TEST_F(RouterTest, SendsVersionHeaderBelowApiOnly) {
  EXPECT_EQ(Get("/api/things/a").headers.Get("X-API-Version"), "1.2.3");
  EXPECT_FALSE(Get("/page").headers.Has("X-API-Version"));
}

TEST_F(RouterTest, CountsByPatternNotByPath) {
  Get("/api/things/one");
  Get("/api/things/two");
  EXPECT_EQ(Counted("marquee_http_requests_total",
                    {{"method", "GET"}, {"path", "/api/things/:id"}, {"status", "204"}}),
            2);
}

TEST_F(RouterTest, LimitsOpenApiRoutesAndSendsRateLimitFields) {
  RequestLimits limits({.api_per_minute = 2}, clock_, metrics_);
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .limits = &limits});
  router.Add(Method::kGet, "/api/thing", Nothing, Access::kOpenApi);
  const auto ask = [&router] {
    return RunToEnd(router.Handle(MakeRequest(Method::kGet, "/api/thing")));
  };

  const Response first = ask();
  ask();
  const Response third = ask();

  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(first.headers.Get("RateLimit-Policy"), "2;w=60");
  EXPECT_EQ(first.headers.Get("RateLimit-Remaining"), "1");
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(third.headers.Get("Retry-After"), "30");
  EXPECT_EQ(Json(third).at("retryAfter"), 30);
}

TEST_F(RouterTest, WrongTokensYield429AndTheValidTokenStillWorks) {
  RequestLimits limits({.failures_per_15_minutes = 3}, clock_, metrics_);
  Gate gate({.clock = clock_,
             .token = token_,
             .sessions = sessions_,
             .origins = origins_,
             .accounts = accounts_,
             .limits = limits});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate});
  router.Add(
      Method::kGet, "/api/admin/thing",
      [](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return Response::Text(200, "text/plain", request->principal->name);
      },
      Access::kRead);
  const auto ask = [&router](const std::string& token) {
    return RunToEnd(
        router.Handle(MakeRequest(Method::kGet, "/api/admin/thing", {{"X-API-Key", token}})));
  };

  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("guess").status, 401);

  const Response refused = ask("guess");
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.headers.Get("Retry-After"), "");
  EXPECT_EQ(ask("let-me-in").status, 200);
  clock_.Advance(absl::Minutes(5));
  EXPECT_EQ(ask("guess").status, 401);
}

TEST_F(RouterTest, CorsAllowsConfiguredOriginsOnly) {
  const AnswerPolicy policy({.allowed_origins = {"https://wall.example"}});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .policy = &policy});
  router.Add(Method::kGet, "/page", Nothing);
  const auto ask = [&router](Method method, const std::string& origin) {
    return RunToEnd(router.Handle(MakeRequest(
        method, "/page", {{"Origin", origin}, {"Access-Control-Request-Method", "GET"}})));
  };

  const Response allowed = ask(Method::kGet, "https://wall.example");
  const Response other = ask(Method::kGet, "https://evil.example");
  const Response preflight = ask(Method::kOptions, "https://wall.example");

  EXPECT_EQ(allowed.headers.Get("Access-Control-Allow-Origin"), "https://wall.example");
  EXPECT_EQ(allowed.headers.Get("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(allowed.headers.Get("Vary"), "Origin");
  EXPECT_FALSE(other.headers.Has("Access-Control-Allow-Origin"));
  EXPECT_EQ(preflight.status, 204);
  EXPECT_NE(preflight.headers.Get("Access-Control-Allow-Headers").find("X-Device-Id"),
            std::string::npos);
  EXPECT_FALSE(ask(Method::kOptions, "https://evil.example").headers.Has("Access-Control-Max-Age"));
}

TEST_F(RouterTest, CorsWithAnyOriginAllowsNoCookies) {
  const AnswerPolicy policy({.allowed_origins = {"*"}});
  Response response = Response::Text(200, "text/plain", "x");
  policy.Apply(*MakeRequest(Method::kGet, "/", {{"Origin", "https://any.example"}}), response);
  EXPECT_EQ(response.headers.Get("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(response.headers.Has("Access-Control-Allow-Credentials"));
}

TEST_F(RouterTest, PagesHaveAContentSecurityPolicy) {
  const AnswerPolicy policy(
      {.content_security_policy = "default-src 'self'", .hsts = absl::Hours(1)});
  Response page = Response::Text(200, "text/html; charset=utf-8", "<!doctype html>");
  Response image = Response::Text(200, "image/jpeg", "x");
  auto request = std::make_shared<Request>(*MakeRequest(Method::kGet, "/"));
  policy.Apply(*request, image);
  EXPECT_FALSE(image.headers.Has("Strict-Transport-Security"));
  request->secure = true;

  policy.Apply(*request, page);

  EXPECT_EQ(page.headers.Get("Content-Security-Policy"),
            "frame-ancestors 'self'; default-src 'self'");
  EXPECT_EQ(page.headers.Get("Strict-Transport-Security"), "max-age=3600");
  EXPECT_FALSE(image.headers.Has("Content-Security-Policy"));
}

TEST_F(RouterTest, DisplayPagesMayBeFramedByConfiguredSites) {
  const auto policy_of = [](std::vector<std::string> ancestors, bool embeddable) {
    const AnswerPolicy policy({.content_security_policy = "default-src 'self'; frame-ancestors *",
                               .frame_ancestors = std::move(ancestors)});
    Response page = Response::Text(200, "text/html; charset=utf-8", "<!doctype html>");
    page.embeddable = embeddable;
    policy.Apply(*MakeRequest(Method::kGet, "/"), page);
    const std::string text(page.headers.Get("Content-Security-Policy"));
    return text.substr(0, text.find(';'));
  };
  EXPECT_EQ(policy_of({"self", "https://home.example:8123"}, true),
            "frame-ancestors 'self' https://home.example:8123");
  EXPECT_EQ(policy_of({}, true), "frame-ancestors 'self'");
  EXPECT_EQ(policy_of({"*"}, true), "frame-ancestors *");
  EXPECT_EQ(policy_of({"*"}, false), "frame-ancestors 'self'") << "administration";
}

TEST_F(RouterTest, FrameAncestorMustBeAnOriginOrKeyword) {
  for (const char* good :
       {"*", "self", "'self'", "none", "'none'", "https:", "https://home.example",
        "http://192.168.1.5:8123", "*.home.example", "https://*.home.example:*", "home.local"}) {
    EXPECT_TRUE(CheckFrameAncestor(good).ok()) << good;
  }
  for (const char* bad :
       {"", "https://home.example/path", "https://a b", "a; script-src *", "a,b", "https://",
        "home.example:port", "https://home.example:123456", "'unsafe'", "https://a\nb"}) {
    EXPECT_FALSE(CheckFrameAncestor(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace marquee::gateway
