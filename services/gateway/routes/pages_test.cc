// Our own pages.
#include "services/gateway/routes/pages.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "libs/testing/temp_dir.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using PagesTest = RouteTest;

TEST_F(PagesTest, ServesPagesFreshAndVersionedFilesForGood) {
  const testing::TempDir dir;
  dir.Write("wallart.html", "<!doctype html>");
  dir.Write("app/wall.js", std::string(2000, ' '));
  dir.Write(".hidden/secret", "x");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);

  EXPECT_EQ(Get("/wallart").headers.Get("Cache-Control"), "no-cache, private");
  EXPECT_EQ(Get("/wallart", {{"Cookie", "pr_iid=a"}}).headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(Get("/wallart.html").headers.Get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(Get("/screensaver").status, 404);
  const Response script = Get("/web/app/wall.js?v=1", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(script.headers.Get("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.headers.Get("Content-Encoding"), "gzip");
  EXPECT_EQ(Get("/web/app/wall.js").headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(Get("/web/.hidden/secret").status, 404);
  EXPECT_EQ(Get("/web//wallart.html").status, 404);
}

TEST_F(PagesTest, APageFurtherDownLoadsWhatThePageAtTheTopLoads) {
  const testing::TempDir dir;
  dir.Write("admin.html", R"(<script src="./web/app/admin.js"></script>)");
  const auto files = StaticFiles::Load(dir.path()).value();
  PageRoutes pages({}, *files);
  pages.AddTo(router_);

  const Response top = Get("/admin");
  EXPECT_EQ(*top.body, R"(<script src="./web/app/admin.js"></script>)");
  for (const char* path : {"/admin/login", "/admin/setup", "/admin/"}) {
    const Response below = Get(path);
    EXPECT_EQ(*below.body, R"(<script src="../web/app/admin.js"></script>)") << path;
    EXPECT_NE(below.headers.Get("ETag"), top.headers.Get("ETag")) << path;
  }
}

TEST_F(PagesTest, AChangedPageIsReadAgain) {
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
