// What the playlist service answers when it is asked, beside the playlist that it keeps telling.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "services/gateway/model/media_item.h"
#include "services/gateway/model/playback_session.h"

namespace marquee::gateway {

struct Extra {
  std::string kind;  // trailer, teaser, theme, other
  std::string name;
  std::string url;
  std::string site;      // "YouTube"; empty: our own
  std::string site_key;  // id there
  bool official = false;
};

struct ExtrasQuery {
  std::string key;      // of an item of the playlist; or
  int64_t tmdb_id = 0;  // of The Movie Database
  bool show = false;    // with tmdb_id: a series
};

struct RefreshOutcome {
  struct Source {
    std::string name;
    int items = 0;
    std::string error;
  };
  int items = 0;
  std::vector<Source> sources;
};

enum class CatalogKind { kMusic, kGames };

// Errors: kUnavailable and kDeadlineExceeded when the service or the source behind it is away,
// kNotFound, kUnimplemented by an older service.
class CatalogPort {
 public:
  virtual ~CatalogPort() = default;
  // Best first.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<Extra>>> Extras(ExtrasQuery query) = 0;
  // Albums of `count` artists, grouped by artist, in an order that `seed` fixes.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Artists(int count,
                                                                                 uint64_t seed) = 0;
  // All albums or games; empty where no source has any.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Items(
      CatalogKind kind) = 0;
  // Asks every source now; who asks while a refresh runs shares it.
  virtual boost::asio::awaitable<absl::StatusOr<RefreshOutcome>> Refresh(bool full) = 0;
  virtual boost::asio::awaitable<absl::StatusOr<NowPlaying>> Playing() = 0;
};

}  // namespace marquee::gateway
