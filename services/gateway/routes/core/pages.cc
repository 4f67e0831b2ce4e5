#include "services/gateway/routes/core/pages.h"

#include <absl/strings/str_replace.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/http/encoding.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

struct Page {
  std::string_view path;
  std::string_view file;
};
constexpr std::array<Page, 14> kPages{{
    {"/index.html", "index.html"},
    {"/docs", "docs.html"},
    {"/docs.html", "docs.html"},
    {"/wallart", "wallart.html"},
    {"/wallart.html", "wallart.html"},
    {"/screensaver", "screensaver.html"},
    {"/screensaver.html", "screensaver.html"},
    {"/cinema", "cinema.html"},
    {"/cinema.html", "cinema.html"},
    {"/favicon.ico", "favicon.svg"},
    {"/manifest.json", "manifest.json"},
    {"/apple-touch-icon.png", "icons/apple-touch-icon.png"},
    {"/icons/icon-192x192.png", "icons/icon-192x192.png"},
    {"/icons/icon-512x512.png", "icons/icon-512x512.png"},
}};

// The addresses to which the forms of /admin redirect; they also have POST handlers, so that the
// pattern "/admin/*" does not find them.
constexpr std::array<std::string_view, 5> kAdminPaths{"/admin", "/admin/setup", "/admin/login",
                                                      "/admin/2fa-verify", "/admin/*"};

constexpr std::array<std::string_view, 3> kModes{"screensaver", "wallart", "cinema"};

// The pages that other sites, such as a dashboard, may show in a frame.
constexpr std::array<std::string_view, 4> kEmbeddable{"index.html", "wallart.html",
                                                      "screensaver.html", "cinema.html"};

bool IsMode(std::string_view name) {
  return std::find(kModes.begin(), kModes.end(), name) != kModes.end();
}

// The folder depth of a path: "/wallart" 0, "/admin/login" and "/wallart/" 1.
size_t DepthOf(std::string_view path) {
  return static_cast<size_t>(std::count(path.begin() + 1, path.end(), '/'));
}

// Adapts a page to a deeper path. Pages refer to their files with relative URLs ("./web/…"), so
// that they work below any base path of a proxy, configured or not.
std::shared_ptr<const StaticFile> AtDepth(const StaticFile& file, size_t depth) {
  std::string up;
  for (size_t i = 0; i < depth; ++i) up += "../";
  auto page = std::make_shared<StaticFile>();
  page->content_type = file.content_type;
  page->plain = MakeBytes(absl::StrReplaceAll(*file.plain, {{"=\"./", fmt::format("=\"{}", up)}}));
  page->etag = EtagOf(*page->plain);
  return page;
}

}  // namespace

void PageRoutes::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/",
      [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return Root(*request);
      },
      InstallCookie::kSet);
  // "/wall" of a server below /wall/: relative URLs in the page need the trailing slash.
  router.Add(Method::kGet, "", [](RequestPtr request, std::string) -> asio::awaitable<Response> {
    const size_t mark = std::min(request->target.find('?'), request->target.size());
    Response response = Response::Redirect(302, fmt::format("/{}", request->target.substr(mark)));
    response.headers.Add("Cache-Control", "no-store");
    co_return response;
  });
  router.Add(Method::kGet, "/preview",
             [](RequestPtr request, std::string) -> asio::awaitable<Response> {
               const auto asked = request->query.Get("mode").value_or("");
               const std::string_view mode = IsMode(asked) ? asked : "screensaver";
               co_return Response::Redirect(302, fmt::format("/{}?preview=1", mode));
             });
  for (const Page& page : kPages) {
    if (files_.Find(page.file) == nullptr) continue;
    router.Add(
        Method::kGet, page.path,
        [this, page](RequestPtr request, std::string) -> asio::awaitable<Response> {
          co_return Serve(*request, page.file);
        },
        InstallCookie::kSet);
  }
  const std::string control_room = fmt::format("{}/index.html", kControlRoomFolder);
  const std::string admin = files_.Find(control_room) != nullptr ? control_room : "admin.html";
  for (const std::string_view path : kAdminPaths) {
    if (files_.Find(admin) == nullptr) continue;
    router.Add(
        Method::kGet, path,
        [this, admin](RequestPtr request, std::string) -> asio::awaitable<Response> {
          co_return Serve(*request, admin);
        },
        InstallCookie::kSet);
  }
  router.SetNotFoundPage([this](const Request& request) { return NotFoundPage(request); });
  router.Add(
      Method::kGet, "/web/*",
      [this](RequestPtr request, std::string path) -> asio::awaitable<Response> {
        co_return Serve(*request, path);
      },
      InstallCookie::kNever);
}

Response PageRoutes::Root(const Request& request) const {
  // "?landing" always shows the landing page, so that users can leave a redirect loop.
  if (options_.root_mode.empty() || request.query.Get("landing")) {
    return Serve(request, "index.html");
  }
  Response response = Response::Redirect(options_.root_keeps_method ? 307 : 302,
                                         fmt::format("/{}", options_.root_mode));
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

Response PageRoutes::Serve(const Request& request, std::string_view path) const {
  if (origins_ != nullptr && path.ends_with(".html")) {
    if (const absl::Status host = origins_->CheckHost(request); !host.ok()) {
      Response refusal = Response::Text(421, "text/plain; charset=utf-8",
                                        fmt::format("{}.\n", base::MessageOf(host)));
      refusal.headers.Add("Cache-Control", "no-store");
      return refusal;
    }
  }
  auto file = files_.Find(path);
  if (file == nullptr) return NotFoundPage(request).value_or(TextError(404, "Not found"));
  if (const size_t depth = DepthOf(request.path); depth > 0 && path.ends_with(".html")) {
    file = AtDepth(*file, depth);
  }
  const bool gzip = file->gzip != nullptr &&
                    ChooseCoding(request.headers.Combined("Accept-Encoding")) != Coding::kIdentity;
  Response response = Response::Shared(200, file->content_type, gzip ? file->gzip : file->plain);
  response.headers.Add("ETag", gzip ? file->gzip_etag : file->etag);
  if (gzip) response.headers.Add("Content-Encoding", "gzip");
  if (file->gzip != nullptr) response.headers.Add("Vary", "Accept-Encoding");
  // Files with a version in their URL are immutable; others are revalidated at each use, usually
  // with a 304.
  const bool versioned = !path.ends_with(".html") && request.query.Get("v").has_value();
  response.headers.Add("Cache-Control",
                       versioned ? "public, max-age=31536000, immutable" : "no-cache");
  response.embeddable = std::ranges::find(kEmbeddable, path) != kEmbeddable.end();
  return response;
}

std::optional<Response> PageRoutes::NotFoundPage(const Request& request) const {
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  // Programs send "*/*" or nothing; browsers that navigate to a URL accept text/html.
  if (!reads || WeightOf(request.headers.Combined("Accept"), "text/html") <= 0) return std::nullopt;
  const auto file = files_.Find("404.html");
  if (file == nullptr) return std::nullopt;
  Response response =
      Response::Shared(404, file->content_type, AtDepth(*file, DepthOf(request.path))->plain);
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

}  // namespace marquee::gateway
