// Parses responses of a Jellyfin or Emby server: pure functions from bytes to values. The text is
// read once without building a tree. Missing fields, null and unexpected types count as absent;
// text that is not JSON is an error that describes it.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/sources/remote/list_splitter.h"
#include "services/playlist/sources/source_operations.h"

namespace marquee::playlist {

// Response of GET /System/Info/Public.
struct JellyfinServerInfo {
  std::string name;
  std::string version;
  std::string id;
};

// Element of GET /Library/VirtualFolders.
struct JellyfinLibrary {
  std::string name;
  std::string id;
  std::string kind;  // movies, tvshows, mixed, music, …; empty: mixed, of older servers

  bool operator==(const JellyfinLibrary&) const = default;
};

// Response of GET /Items/Counts.
struct JellyfinCounts {
  int64_t movies = 0;
  int64_t series = 0;

  bool operator==(const JellyfinCounts&) const = default;
};

// Shape of GET /Items, which is split into entries for ParseItem (jellyfin_item.h).
inline constexpr ListShape kJellyfinListing = {.key = "Items", .total_key = "TotalRecordCount"};

// kFailedPrecondition: not a response of such a server. Unreadable entries are added to `damaged`,
// which may be null; the others are returned.
absl::StatusOr<JellyfinServerInfo> ParseServerInfo(std::string body);
absl::StatusOr<std::vector<JellyfinLibrary>> ParseLibraries(const std::string& body,
                                                            DamagedEntries* damaged = nullptr);
absl::StatusOr<JellyfinCounts> ParseCounts(std::string body);
// Total number of entries of a listing.
absl::StatusOr<uint64_t> ParseTotal(const std::string& body);
// Ids and names of a listing's entries.
struct JellyfinNamedId {
  std::string id;
  std::string name;
};
absl::StatusOr<std::vector<JellyfinNamedId>> ParseNamedIds(const std::string& body,
                                                           DamagedEntries* damaged = nullptr);

// Parses GET /Items/<id>/LocalTrailers, /SpecialFeatures or /ThemeSongs: an array, or a listing of
// one.
absl::StatusOr<std::vector<Extra>> ParseExtras(const std::string& body, std::string_view source,
                                               ExtraKind kind, DamagedEntries* damaged = nullptr);
// Parses GET /Sessions. `source`: name of the source, used in the image URLs of items.
absl::StatusOr<std::vector<PlaybackSession>> ParseSessions(const std::string& body,
                                                           std::string_view source,
                                                           DamagedEntries* damaged = nullptr);

}  // namespace marquee::playlist
