// Parses responses of The Movie Database: pure functions from bytes to values, tolerant of odd
// fields (remote/json.h).
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"
#include "services/playlist/sources/remote/list_splitter.h"
#include "services/playlist/sources/source_operations.h"

namespace marquee::playlist {

inline constexpr ListShape kTmdbListing = {.key = "results", .total_key = "total_results"};

using TmdbGenres = std::map<int64_t, std::string>;

// Parses GET /genre/movie/list.
absl::StatusOr<TmdbGenres> ParseTmdbGenres(const std::string& body);

// Parses one entry of a list. `kind`: movie or show, as given by the list. Sets `item` if the entry
// has an id, a title and a poster; otherwise leaves it empty.
error_code ParseTmdbEntry(ondemand::value entry, std::string_view source, std::string_view kind,
                          const TmdbGenres& genres, std::optional<Item>* item);

// Parses GET /movie/<id>/watch/providers: the providers in `region`, subscriptions first; nullopt:
// none.
absl::StatusOr<std::optional<Streaming>> ParseTmdbProviders(std::string body,
                                                            std::string_view source,
                                                            std::string_view region);

// Parses GET /movie/<id>/videos: those at YouTube, best first.
absl::StatusOr<std::vector<Extra>> ParseTmdbVideos(const std::string& body);

}  // namespace marquee::playlist
