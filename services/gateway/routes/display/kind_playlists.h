// The playlists of albums and of games: fetched when a display requests them, and cached for ten
// minutes.
#pragma once

#include <memory>

#include "libs/base/clock.h"
#include "services/gateway/async/async_memo.h"
#include "services/gateway/http/message.h"
#include "services/gateway/model/playlist_view.h"
#include "services/gateway/ports/catalog_port.h"

namespace marquee::gateway {

// Thread-safe.
class KindPlaylists {
 public:
  KindPlaylists(CatalogPort& catalog, const base::Clock& clock);

  // Never null. Empty if no source has any, or if the service fails and nothing is cached: displays
  // interpret that as "none", and would wait after an error.
  asio::awaitable<std::shared_ptr<const PlaylistView>> Of(CatalogKind kind);

 private:
  CatalogPort& catalog_;
  const base::Clock& clock_;
  AsyncMemo<std::shared_ptr<const PlaylistView>> kept_;
};

}  // namespace marquee::gateway
