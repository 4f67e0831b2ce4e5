// Understands what a Jellyfin or Emby server answers: pure functions from bytes to values. They
// read the text once and build no tree of it. What is missing, null or of another type than
// documented counts as absent; text that is no JSON is an error that says what it looks like
// instead.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/sources/remote/list_splitter.h"
#include "services/playlist/sources/source_operations.h"

namespace marquee::playlist {

// GET /System/Info/Public
struct JellyfinServerInfo {
  std::string name;
  std::string version;
  std::string id;
};

// One of GET /Library/VirtualFolders
struct JellyfinLibrary {
  std::string name;
  std::string id;
  std::string kind;  // movies, tvshows, mixed, music, …; empty for a mixed one of older servers

  bool operator==(const JellyfinLibrary&) const = default;
};

// GET /Items/Counts
struct JellyfinCounts {
  int64_t movies = 0;
  int64_t series = 0;

  bool operator==(const JellyfinCounts&) const = default;
};

// GET /Items is split into its entries, which ParseItem (jellyfin_item.h) understands.
inline constexpr ListShape kJellyfinListing = {.key = "Items", .total_key = "TotalRecordCount"};

// kFailedPrecondition: not the answer of such a server. `damaged`, where it is not null, gets the
// entries that cannot be read; the others are returned.
absl::StatusOr<JellyfinServerInfo> ParseServerInfo(std::string body);
absl::StatusOr<std::vector<JellyfinLibrary>> ParseLibraries(const std::string& body,
                                                            DamagedEntries* damaged = nullptr);
absl::StatusOr<JellyfinCounts> ParseCounts(std::string body);
// How many entries a listing has in all.
absl::StatusOr<uint64_t> ParseTotal(const std::string& body);
// The ids of a listing's entries, with their names.
struct JellyfinNamedId {
  std::string id;
  std::string name;
};
absl::StatusOr<std::vector<JellyfinNamedId>> ParseNamedIds(const std::string& body,
                                                           DamagedEntries* damaged = nullptr);

// GET /Items/<id>/LocalTrailers, /SpecialFeatures or /ThemeSongs: an array, or a listing of it.
absl::StatusOr<std::vector<Extra>> ParseExtras(const std::string& body, std::string_view source,
                                               ExtraKind kind, DamagedEntries* damaged = nullptr);
// GET /Sessions. `source`: the name of the source, which the items' image URLs carry.
absl::StatusOr<std::vector<PlaybackSession>> ParseSessions(const std::string& body,
                                                           std::string_view source,
                                                           DamagedEntries* damaged = nullptr);

}  // namespace marquee::playlist
