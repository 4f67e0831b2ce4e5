// GET /api/qr?text=&format=svg|png: a QR code that opens a page on a telephone, such as the one
// that pairs a display. Rendered on the executor of `rendered` and cached there; texts of at most
// 1,024 bytes. 400: no text, too long, control characters, or an otpauth URL, whose secret must not
// be in a URL.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class QrRoute {
 public:
  explicit QrRoute(RenderedCache& rendered) : rendered_(rendered) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Answer(RequestPtr request);

  RenderedCache& rendered_;
};

// The same as a value, for responses that are not cached; "" if `text` is too long. Takes some
// milliseconds for the longest.
std::string QrSvg(std::string_view text);

}  // namespace marquee::gateway
