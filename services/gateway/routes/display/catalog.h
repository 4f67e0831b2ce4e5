// Single titles, artists and trailers:
//   GET /get-media-by-key/:key, /api/v1/media/:key, /api/media/lookup?key=
//   GET /get-music-artists?count=
//   GET /get-trailer?tmdbId=&type=movie|tv
#pragma once

#include <string>

#include "libs/base/clock.h"
#include "services/gateway/async/async_memo.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/catalog_port.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class CatalogRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    MediaPort& media;
    CatalogPort& catalog;
    const ImageUrlSigner& signer;
  };

  explicit CatalogRoutes(Deps deps);
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> ByKey(std::string key);
  asio::awaitable<Response> Artists(RequestPtr request);
  asio::awaitable<Response> Trailer(RequestPtr request);

  // 200 with this JSON, in which image URLs are signed if signing is enabled.
  Response Answer(std::string json) const;

  const Deps deps_;
  AsyncMemo<std::string> artists_;
  AsyncMemo<std::string> trailers_;
};

}  // namespace marquee::gateway
