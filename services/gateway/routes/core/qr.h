// GET /api/qr?text=&format=svg|png: a QR code, by which a person with a telephone finds the page
// that pairs a display. Drawn on the executor of `rendered` and cached there; texts of at most
// 1,024 bytes. 400: no text, too long, control characters, or an otpauth address, whose secret must
// not go through an address.
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

// The same as text, for an answer that is not to be cached; "" when `text` does not fit. Some
// milliseconds for the longest.
std::string QrSvg(std::string_view text);

}  // namespace marquee::gateway
