// Current playback sessions as JSON, for pages and the event stream.
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
  // Maximum age of a result: less than the shortest poll interval of displays (5 s,
  // cinema.nowPlaying.updateIntervalSeconds), so that each poll returns new data.
  static constexpr absl::Duration kFreshFor = absl::Seconds(2);

  struct Deps {
    const base::Clock& clock;
    MediaPort& media;
    CatalogPort& catalog;
    const ImageUrlSigner& signer;
  };

  explicit PlayingSessions(Deps deps);

  // Callers within kFreshFor share one result. Errors: as CatalogPort::Playing.
  asio::awaitable<absl::StatusOr<std::shared_ptr<const NowPlaying>>> Now();

  // Whether a media server is configured that can report sessions.
  bool AnyServer() const;
  // A text that differs if two lists of sessions differ for users: who plays what, and the state.
  // `type`, here and below: plex, or jellyfin, which includes Emby.
  std::string Outline(const NowPlaying& playing, std::string_view type) const;
  // Arrays of the sessions at servers of that type in the format of Posterrama 3.0.1: `thumb` and
  // `art` are paths at the media server, which pages convert to
  // /image?server=<serverName>&path=<thumb>; posterUrl and backgroundUrl are complete URLs, signed
  // if signing is enabled.
  //
  // All fields, for administrators.
  std::string ListJson(const NowPlaying& playing, std::string_view type) const;
  // Every session, without users and players.
  std::string PublicJson(const NowPlaying& playing, std::string_view type) const;
  // At most the session that `choice` selects for `display` (any id of it), without user and
  // player. `username` is the user in the display's own settings, if set: unmodified pages compare
  // it themselves.
  std::string ChosenJson(const NowPlaying& playing, std::string_view type,
                         const NowPlayingChoice& choice, std::string_view display) const;

 private:
  std::vector<const PlaybackSession*> At(const NowPlaying& playing, std::string_view type) const;
  std::string Signed(std::string json) const;

  const Deps deps_;
  AsyncMemo<NowPlaying> memo_;
};

}  // namespace marquee::gateway
