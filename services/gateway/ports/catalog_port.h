// Port to the calls of the playlist service other than the playlist stream.
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
  std::string site;      // "YouTube"; empty: this server
  std::string site_key;  // id at that site
  bool official = false;
};

struct ExtrasQuery {
  std::string key;      // of a playlist item; or
  int64_t tmdb_id = 0;  // id at The Movie Database
  bool show = false;    // with tmdb_id: a TV series
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

// Errors: kUnavailable and kDeadlineExceeded if the service or the source behind it cannot be
// reached, kNotFound, kUnimplemented by an older service.
class CatalogPort {
 public:
  virtual ~CatalogPort() = default;
  // Best first.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<Extra>>> Extras(ExtrasQuery query) = 0;
  // Albums of `count` artists, grouped by artist, in an order determined by `seed`.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Artists(int count,
                                                                                 uint64_t seed) = 0;
  // All albums or games; empty if no source has any.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Items(
      CatalogKind kind) = 0;
  // Refreshes every source now; concurrent calls share one refresh.
  virtual boost::asio::awaitable<absl::StatusOr<RefreshOutcome>> Refresh(bool full) = 0;
  virtual boost::asio::awaitable<absl::StatusOr<NowPlaying>> Playing() = 0;
};

}  // namespace marquee::gateway
