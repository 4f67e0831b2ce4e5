// Original bytes, with ranges: GET and HEAD /local-posterpack, /local-media/* and /media (trailers
// and theme songs of media servers, at addresses that an answer of ours named). Pictures on the
// wall go through /image; these are for compatibility, for trailers and for theme songs.
#pragma once

#include "libs/base/clock.h"
#include "services/gateway/auth/media_links.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/artwork_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class LocalFilesRoute {
 public:
  LocalFilesRoute(ArtworkPort& artwork, const MediaLinks& links, const base::Clock& clock)
      : artwork_(artwork), links_(links), clock_(clock) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Posterpack(RequestPtr request);
  asio::awaitable<Response> Media(RequestPtr request, std::string path);
  asio::awaitable<Response> Remote(RequestPtr request);
  // Conditions, range and body for what `wanted` names.
  asio::awaitable<Response> Serve(RequestPtr request, ArtworkRequest wanted);

  ArtworkPort& artwork_;
  const MediaLinks& links_;
  const base::Clock& clock_;
};

}  // namespace marquee::gateway
