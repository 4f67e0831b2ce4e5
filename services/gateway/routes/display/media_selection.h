// Selects and orders the items of a playlist for a request. A pure function of the playlist's
// version, the query and the shuffle bucket, so that equal requests get equal bytes and one ETag,
// and adjacent displays show different posters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/target.h"
#include "services/gateway/model/playlist_view.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {

struct MediaQuery {
  std::optional<SourceFilter> source;
  bool exclude_games = false;
  std::optional<int> count;  // 1…1000; absent: all, in playlist order
  bool no_cache = false;
  bool music = false;  // albums, for a display configured for them
  bool games = false;  // games, likewise
  bool include_extras = false;

  // Equal for queries that select the same items, and only for those.
  void AppendKey(std::string& key) const;
};

// Parses and validates the parameters of GET /get-media; unknown parameters are ignored. Errors are
// appended to `errors`.
MediaQuery ParseMediaQuery(const Query& query, std::vector<FieldError>& errors);

// Number of shuffle buckets: few enough to keep all bodies of a version in memory, and enough that
// four displays side by side nearly always differ.
inline constexpr uint32_t kShuffleBuckets = 16;
// 0 to 15, from the installation cookie; 0 without one.
uint32_t ShuffleBucketOf(const std::optional<std::string>& install_cookie);

// The indices of the selected items, in display order.
std::vector<uint32_t> SelectMedia(const PlaylistView& playlist, const MediaQuery& query,
                                  uint32_t shuffle_bucket);
// The JSON array of the selected items.
std::string RenderMedia(const PlaylistView& playlist, const MediaQuery& query,
                        uint32_t shuffle_bucket);

}  // namespace marquee::gateway
