// What people are playing, as JSON for pages and for readers of events.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "services/gateway/async/async_memo.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/ports/catalog_port.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/routes/core/now_playing_choice.h"

namespace marquee::gateway {

// Thread-safe.
class PlayingSessions {
 public:
  // An answer is at most this old. Less than the shortest interval at which a display may ask (5 s,
  // cinema.nowPlaying.updateIntervalSeconds), so that each of its questions brings news.
  static constexpr absl::Duration kFreshFor = absl::Seconds(2);

  struct Deps {
    const base::Clock& clock;
    MediaPort& media;
    CatalogPort& catalog;
    const ImageUrlSigner& signer;
  };

  explicit PlayingSessions(Deps deps);

  // Callers within kFreshFor share one answer. Errors: as CatalogPort::Playing.
  asio::awaitable<absl::StatusOr<std::shared_ptr<const NowPlaying>>> Now();

  // Whether there is a server that sessions could be at.
  bool AnyServer() const;
  // What makes two lists different to people: who plays what, and whether it runs. `type`, here and
  // below: plex or jellyfin, which is Emby too.
  std::string Outline(const NowPlaying& playing, std::string_view type) const;
  // Arrays of the sessions at servers of that type, as Posterrama 3.0.1 has them: `thumb` and `art`
  // are the server's own paths, which pages turn into /image?server=<serverName>&path=<thumb>;
  // posterUrl and backgroundUrl are ready addresses, signed where image_urls are.
  //
  // Everything that is known, for administrators.
  std::string ListJson(const NowPlaying& playing, std::string_view type) const;
  // Every session, without users and players.
  std::string PublicJson(const NowPlaying& playing, std::string_view type) const;
  // At most the session that `choice` makes for `display` (anything that names it), without user
  // and player. `username` is the user that the display's own settings name, if they do: unmodified
  // pages compare it themselves.
  std::string ChosenJson(const NowPlaying& playing, std::string_view type,
                         const NowPlayingChoice& choice, std::string_view display) const;

 private:
  std::vector<const PlaybackSession*> At(const NowPlaying& playing, std::string_view type) const;
  std::string Signed(std::string json) const;

  const Deps deps_;
  AsyncMemo<NowPlaying> memo_;
};

}  // namespace marquee::gateway
