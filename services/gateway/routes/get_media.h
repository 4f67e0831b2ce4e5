// GET /get-media: the playlist.
#pragma once

#include <absl/time/time.h>

#include "libs/base/clock.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/router.h"

namespace marquee::gateway {

class GetMediaRoute {
 public:
  struct Deps {
    const base::Clock& clock;
    MediaPort& media;
    RenderedCache& rendered;
    const ImageUrlSigner& signer;
    // How long a request of a cold start waits for the first playlist: displays ask once and do
    // not come again after a 202.
    absl::Duration cold_start_hold;
  };

  explicit GetMediaRoute(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Answer(RequestPtr request);
  // 202 while the first refresh runs, 503 when nothing runs. Never cached.
  Response NoPlaylist() const;

  const Deps deps_;
};

}  // namespace marquee::gateway
