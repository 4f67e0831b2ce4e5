// Original bytes with ranges: GET and HEAD /local-posterpack, /local-media/* and /media (trailers
// and theme songs of media servers, at sealed URLs). Images of the playlist are served by /image;
// these routes are for compatibility, trailers and theme songs.
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
  // Handles conditions, range and body for `wanted`.
  asio::awaitable<Response> Serve(RequestPtr request, ArtworkRequest wanted);

  ArtworkPort& artwork_;
  const MediaLinks& links_;
  const base::Clock& clock_;
};

}  // namespace marquee::gateway
