// The playlists of albums and of games, beside the one of films and series: asked for when somebody
// wants them, and kept for ten minutes.
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

  // Never null. Empty where no source has any, and where the service fails and nothing is kept:
  // displays take that for "none", and would wait for an error to pass.
  asio::awaitable<std::shared_ptr<const PlaylistView>> Of(CatalogKind kind);

 private:
  CatalogPort& catalog_;
  const base::Clock& clock_;
  AsyncMemo<std::shared_ptr<const PlaylistView>> kept_;
};

}  // namespace marquee::gateway
