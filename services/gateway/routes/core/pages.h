// The pages: /, /wallart, /screensaver, /cinema, /docs (each also with .html), /preview, /web/*,
// and /admin with everything below it: the control room is one page that reads its own address.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/gateway/auth/origin_check.h"
#include "services/gateway/http/message.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/routes/core/static_files.h"

namespace marquee::gateway {

// Folder of the bundled control room among the pages. Without it, /admin shows admin.html, which
// says what is missing.
inline constexpr std::string_view kControlRoomFolder = "control-room";

class PageRoutes {
 public:
  struct Options {
    // Target of "/": empty: the landing page; else a mode ("wallart").
    std::string root_mode = {};
    bool root_keeps_method = false;  // 307 instead of 302
  };

  // `origins`: says for which hosts pages are served; others are answered 421. Null: for any.
  PageRoutes(Options options, const StaticFiles& files, const OriginCheck* origins = nullptr)
      : options_(std::move(options)), files_(files), origins_(origins) {}
  // Adds the routes of pages whose file exists.
  void AddTo(Router& router);

 private:
  Response Root(const Request& request) const;
  Response Serve(const Request& request, std::string_view path) const;
  // The 404 page for a browser; nullopt: the client is a program.
  std::optional<Response> NotFoundPage(const Request& request) const;

  const Options options_;
  const StaticFiles& files_;
  const OriginCheck* const origins_;
};

}  // namespace marquee::gateway
