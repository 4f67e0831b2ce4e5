// The display pages: /, /wallart, /screensaver, /cinema (each also with .html) and /web/*.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/routes/router.h"
#include "services/gateway/routes/static_files.h"

namespace marquee::gateway {

class PageRoutes {
 public:
  explicit PageRoutes(const StaticFiles& files) : files_(files) {}
  // Pages whose file is absent are not routed.
  void AddTo(Router& router);

 private:
  Response Serve(const Request& request, std::string_view path) const;

  const StaticFiles& files_;
};

}  // namespace marquee::gateway
