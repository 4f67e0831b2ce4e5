// The pages: /, /wallart, /screensaver, /cinema, /docs (each also with .html), /preview, /web/*,
// and /admin, which also answers where its steps are sent to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/gateway/http/message.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/routes/core/static_files.h"

namespace marquee::gateway {

class PageRoutes {
 public:
  struct Options {
    // Where "/" leads: empty: the page of choices; else one of the modes ("wallart").
    std::string root_mode = {};
    bool root_keeps_method = false;  // 307 rather than 302
  };

  PageRoutes(Options options, const StaticFiles& files)
      : options_(std::move(options)), files_(files) {}
  // Pages whose file is absent are not routed.
  void AddTo(Router& router);

 private:
  Response Root(const Request& request) const;
  Response Serve(const Request& request, std::string_view path) const;
  // For a person at an address where nothing is; nullopt: the one who asks is a program.
  std::optional<Response> NotFoundPage(const Request& request) const;

  const Options options_;
  const StaticFiles& files_;
};

}  // namespace marquee::gateway
