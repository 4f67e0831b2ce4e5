#include "services/gateway/routes/pages.h"

#include <array>
#include <string>
#include <utility>

#include "services/gateway/http/encoding.h"
#include "services/gateway/routes/answers.h"

namespace marquee::gateway {
namespace {

struct Page {
  std::string_view path;
  std::string_view file;
};
constexpr std::array<Page, 10> kPages{{
    {"/", "index.html"},
    {"/index.html", "index.html"},
    {"/wallart", "wallart.html"},
    {"/wallart.html", "wallart.html"},
    {"/screensaver", "screensaver.html"},
    {"/screensaver.html", "screensaver.html"},
    {"/cinema", "cinema.html"},
    {"/cinema.html", "cinema.html"},
    {"/favicon.ico", "favicon.ico"},
    {"/manifest.json", "manifest.json"},
}};

}  // namespace

void PageRoutes::AddTo(Router& router) {
  for (const Page& page : kPages) {
    if (files_.Find(page.file) == nullptr) continue;
    router.Add(Method::kGet, page.path,
               [this, page](RequestPtr request, std::string) -> asio::awaitable<Response> {
                 co_return Serve(*request, page.file);
               });
  }
  router.Add(
      Method::kGet, "/web/*",
      [this](RequestPtr request, std::string path) -> asio::awaitable<Response> {
        co_return Serve(*request, path);
      },
      InstallCookie::kNever);
}

Response PageRoutes::Serve(const Request& request, std::string_view path) const {
  const auto file = files_.Find(path);
  if (file == nullptr) return TextError(404, "Not found");
  const bool gzip =
      file->gzip != nullptr &&
      ChooseCoding(CombinedValue(*request.headers, "Accept-Encoding")) != Coding::kIdentity;
  Response response = Response::Shared(200, file->content_type, gzip ? file->gzip : file->plain);
  response.headers.Add("ETag", gzip ? file->gzip_etag : file->etag);
  if (gzip) response.headers.Add("Content-Encoding", "gzip");
  if (file->gzip != nullptr) response.headers.Add("Vary", "Accept-Encoding");
  // What carries a version in its address never changes under it; the rest is asked for each time
  // and mostly answered 304.
  const bool versioned = !path.ends_with(".html") && request.query.Get("v").has_value();
  response.headers.Add("Cache-Control",
                       versioned ? "public, max-age=31536000, immutable" : "no-cache");
  return response;
}

}  // namespace marquee::gateway
