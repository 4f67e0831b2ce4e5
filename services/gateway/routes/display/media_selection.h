// Which items of a playlist a request gets, and in which order: a pure function of the playlist's
// version, the query and the shuffle_bucket, so that equal screens get equal bytes and one ETag,
// and adjacent screens different posters.
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
  bool music = false;  // albums, for a display whose settings say so
  bool games = false;  // games, likewise
  bool include_extras = false;

  // What is equal for queries that select alike, and for no others.
  void AppendKey(std::string& key) const;
};

// Reads and checks the parameters of GET /get-media; unknown names are dropped silently. What is
// wrong is appended to `errors`.
MediaQuery ParseMediaQuery(const Query& query, std::vector<FieldError>& errors);

// Screens are spread over this many shuffle buckets: few enough that a version's bodies stay in
// memory, and enough that four screens in a room nearly always differ.
inline constexpr uint32_t kShuffleBuckets = 16;
// 0…15 from the installation cookie; 0 without one.
uint32_t ShuffleBucketOf(const std::optional<std::string>& install_cookie);

// The indices of the selected items, in the order in which they are shown.
std::vector<uint32_t> SelectMedia(const PlaylistView& playlist, const MediaQuery& query,
                                  uint32_t shuffle_bucket);
// The JSON array of the selected items.
std::string RenderMedia(const PlaylistView& playlist, const MediaQuery& query,
                        uint32_t shuffle_bucket);

}  // namespace marquee::gateway
