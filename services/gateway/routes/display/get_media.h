// GET /get-media: the playlist of films and series, or albums or games if the display's settings
// select them.
#pragma once

#include <absl/time/time.h>

#include "libs/base/clock.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/routes/display/kind_playlists.h"
#include "services/gateway/routes/display/media_extras.h"
#include "services/gateway/routes/display/media_selection.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

class GetMediaRoute {
 public:
  struct Deps {
    const base::Clock& clock;
    MediaPort& media;
    CatalogPort& catalog;
    RenderedCache& rendered;
    const SettingsDirectory& settings;
    const ImageUrlSigner& signer;
    const MediaLinks& links;
    // How long a request waits for the first playlist after a start: displays request once and do
    // not retry after a 202.
    absl::Duration startup_wait;
  };

  explicit GetMediaRoute(Deps deps)
      : deps_(deps),
        kinds_(deps.catalog, deps.clock),
        extras_({.clock = deps.clock, .catalog = deps.catalog, .links = deps.links}) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Answer(RequestPtr request);
  // The playlist for this request; null: there is none yet.
  asio::awaitable<std::shared_ptr<const PlaylistView>> PlaylistFor(const MediaQuery& query);
  // Rendered for this request only.
  asio::awaitable<Response> Fresh(std::shared_ptr<const PlaylistView> playlist, MediaQuery query,
                                  uint32_t shuffle_bucket);
  // 202 while the first refresh runs, 503 if the service is unavailable. Never cached.
  Response NoPlaylist() const;

  const Deps deps_;
  KindPlaylists kinds_;
  MediaExtras extras_;
};

}  // namespace marquee::gateway
