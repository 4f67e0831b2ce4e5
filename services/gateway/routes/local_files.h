// Original bytes of local files: GET and HEAD /local-posterpack and /local-media/*. Pictures on the
// wall go through /image; these two are for compatibility, for trailers and for theme songs.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/ports/artwork_port.h"
#include "services/gateway/routes/router.h"

namespace marquee::gateway {

class LocalFilesRoute {
 public:
  explicit LocalFilesRoute(ArtworkPort& artwork) : artwork_(artwork) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Posterpack(RequestPtr request);
  asio::awaitable<Response> Media(RequestPtr request, std::string path);
  // Conditions, range and body for what `wanted` names.
  asio::awaitable<Response> Serve(RequestPtr request, ArtworkRequest wanted);

  ArtworkPort& artwork_;
};

}  // namespace marquee::gateway
