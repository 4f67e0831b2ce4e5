// The pages of this server.
#include "services/gateway/routes/core/pages.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "libs/testing/temp_dir.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using PagesTest = RouteTest;

TEST_F(PagesTest, RevalidatesPagesAndCachesVersionedFiles) {
  const testing::TempDir dir;
  dir.Write("wallart.html", "<!doctype html>");
  dir.Write("wall/wall.js", std::string(2000, ' '));
  dir.Write(".hidden/secret", "x");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);

  EXPECT_EQ(Get("/wallart").headers.Get("Cache-Control"), "no-cache, private");
  EXPECT_EQ(Get("/wallart", {{"Cookie", "pr_iid=a"}}).headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(Get("/wallart.html").headers.Get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(Get("/screensaver").status, 404);
  const Response script = Get("/web/wall/wall.js?v=1", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(script.headers.Get("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.headers.Get("Content-Encoding"), "gzip");
  EXPECT_EQ(Get("/web/wall/wall.js").headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(Get("/web/.hidden/secret").status, 404);
  EXPECT_EQ(Get("/web//wallart.html").status, 404);
}

TEST_F(PagesTest, RefusesPagesUnderAnUnknownHostAndSaysWhichSettingOpensThem) {
  const testing::TempDir dir;
  for (const char* file : {"index.html", "admin.html", "wallart.html"}) {
    dir.Write(file, "<!doctype html>");
  }
  dir.Write("wall/wall.js", "1");
  const auto files = StaticFiles::Load(dir.path()).value();
  const OriginCheck origins({.allowed_hosts = {"wall.example"}});
  PageRoutes pages({}, *files, &origins);
  pages.AddTo(router_);

  for (const char* path : {"/", "/wallart", "/wallart.html", "/admin", "/admin/setup",
                           "/admin/login", "/web/wallart.html"}) {
    const Response refused = Get(path, {{"Host", "rebound.example"}});
    EXPECT_EQ(refused.status, 421) << path;
    EXPECT_NE(BodyOf(refused).find("allowed_hosts"), std::string::npos) << path;
    EXPECT_FALSE(refused.headers.Has("Set-Cookie")) << path;
    EXPECT_EQ(Get(path, {{"Host", "wall.example:4000"}}).status, 200) << path;
    EXPECT_EQ(Get(path, {{"Host", "192.168.1.7:4000"}}).status, 200) << path;
  }
  EXPECT_EQ(Get("/web/wall/wall.js", {{"Host", "rebound.example"}}).status, 200);
}

TEST_F(PagesTest, PageAtDeeperPathLoadsTheSameFiles) {
  const testing::TempDir dir;
  dir.Write("admin.html", R"(<script src="./web/admin/admin.js"></script>)");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);

  const Response top = Get("/admin");
  EXPECT_EQ(*top.body, R"(<script src="./web/admin/admin.js"></script>)");
  for (const char* path : {"/admin/login", "/admin/setup", "/admin/"}) {
    const Response below = Get(path);
    EXPECT_EQ(*below.body, R"(<script src="../web/admin/admin.js"></script>)") << path;
    EXPECT_NE(below.headers.Get("ETag"), top.headers.Get("ETag")) << path;
  }
}

TEST_F(PagesTest, ServesTheControlRoomBelowAdminIfItIsInstalled) {
  const testing::TempDir dir;
  dir.Write("admin.html", "not installed");
  const testing::TempDir bundle;
  bundle.Write("index.html", R"(<script src="./web/control-room/main.js?v=1"></script>)");
  bundle.Write("main.js", "1");
  const auto files = StaticFiles::Load(dir.path()).value();
  ASSERT_TRUE(files->Add(bundle.path(), kControlRoomFolder).ok());
  PageRoutes pages({}, *files);
  pages.AddTo(router_);

  EXPECT_EQ(*Get("/admin").body, R"(<script src="./web/control-room/main.js?v=1"></script>)");
  for (const char* path : {"/admin/sources", "/admin/login", "/admin/"}) {
    EXPECT_EQ(*Get(path).body, R"(<script src="../web/control-room/main.js?v=1"></script>)")
        << path;
  }
  EXPECT_EQ(*Get("/admin/displays/7").body,
            R"(<script src="../../web/control-room/main.js?v=1"></script>)");
  EXPECT_FALSE(Get("/admin/sources").embeddable);
  EXPECT_EQ(Get("/web/control-room/main.js?v=1").headers.Get("Cache-Control"),
            "public, max-age=31536000, immutable");
}

TEST_F(PagesTest, SaysThatTheControlRoomIsMissing) {
  const testing::TempDir dir;
  dir.Write("admin.html", "not installed");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);
  EXPECT_EQ(*Get("/admin").body, "not installed");
}

TEST_F(PagesTest, UnknownPathYieldsHtmlForBrowsersAndJsonForPrograms) {
  const testing::TempDir dir;
  dir.Write("404.html", R"(<link href="./web/shared/base.css">)");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);
  const std::string browser = "text/html,application/xhtml+xml,*/*;q=0.8";

  for (const char* path : {"/nothing", "/web/wall/nothing.js", "/nothing/below"}) {
    const Response page = Get(path, {{"Accept", browser}});
    EXPECT_EQ(page.status, 404) << path;
    EXPECT_EQ(page.headers.Get("Content-Type"), "text/html; charset=utf-8") << path;
    EXPECT_EQ(page.headers.Get("Cache-Control"), "no-store") << path;
  }
  EXPECT_EQ(*Get("/a/b/c", {{"Accept", browser}}).body,
            R"(<link href="../../web/shared/base.css">)");
  for (const char* accept : {"*/*", "application/json", "", "text/html;q=0"}) {
    EXPECT_EQ(Get("/nothing", {{"Accept", accept}}).headers.Get("Content-Type"),
              "application/json; charset=utf-8")
        << accept;
  }
  EXPECT_EQ(Get("/api/nothing", {{"Accept", browser}}).headers.Get("Content-Type"),
            "application/json; charset=utf-8");
}

TEST_F(PagesTest, OnlyDisplayPagesMayBeFramedByOtherSites) {
  const testing::TempDir dir;
  for (const char* file : {"wallart.html", "admin.html", "docs.html", "404.html"}) {
    dir.Write(file, "<!doctype html>");
  }
  dir.Write("icons/apple-touch-icon.png", "png");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);

  EXPECT_TRUE(Get("/wallart").embeddable);
  EXPECT_TRUE(Get("/web/wallart.html").embeddable);
  for (const char* path : {"/admin", "/admin/login", "/web/admin.html", "/docs", "/nothing"}) {
    EXPECT_FALSE(Get(path, {{"Accept", "text/html"}}).embeddable) << path;
  }
  EXPECT_EQ(Get("/apple-touch-icon.png").headers.Get("Content-Type"), "image/png");
}

TEST_F(PagesTest, ReloadsChangedPages) {
  const testing::TempDir dir;
  const auto path = dir.Write("wallart.html", "old");
  const auto files = StaticFiles::Load(dir.path()).value();
  dir.Write("wallart.html", "new");
  std::filesystem::last_write_time(path,
                                   std::filesystem::last_write_time(path) + std::chrono::hours(1));
  EXPECT_EQ(*files->Find("wallart.html")->plain, "new");
}

}  // namespace
}  // namespace marquee::gateway
