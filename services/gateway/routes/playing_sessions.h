// What people are playing, as pages and listeners are told it.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/ports/catalog_port.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/respcache/async_memo.h"

namespace marquee::gateway {

// Thread-safe.
class PlayingSessions {
 public:
  // So old may an answer be: as often as the reference asks its server.
  static constexpr absl::Duration kFreshFor = absl::Seconds(10);

  struct Deps {
    const base::Clock& clock;
    MediaPort& media;
    CatalogPort& catalog;
    const ImageUrlSigner& signer;
  };

  explicit PlayingSessions(Deps deps);

  // Whoever asks within kFreshFor shares the answer. Errors: as CatalogPort::Playing.
  asio::awaitable<absl::StatusOr<std::shared_ptr<const NowPlaying>>> Now();

  // Whether there is a server that sessions could be at.
  bool AnyServer() const;
  // What makes two lists different to people: who plays what, and whether it runs. `type`, here and
  // below: plex or jellyfin, which is Emby too.
  std::string Outline(const NowPlaying& playing, std::string_view type) const;
  // The array of sessions at servers of that type, addresses of pictures signed where that is asked
  // for.
  std::string ListJson(const NowPlaying& playing, std::string_view type) const;

 private:
  std::vector<const PlaybackSession*> At(const NowPlaying& playing, std::string_view type) const;

  const Deps deps_;
  AsyncMemo<NowPlaying> memo_;
};

}  // namespace marquee::gateway
