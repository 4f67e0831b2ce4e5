// Parses responses of a Plex Media Server: pure functions from bytes to values, tolerant of odd
// fields (remote/json.h).
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/sources/remote/list_splitter.h"
#include "services/playlist/sources/source_operations.h"

namespace marquee::playlist {

// Element of GET /library/sections.
struct PlexSection {
  std::string key;
  std::string title;
  std::string type;   // movie, show, artist, photo
  std::string stamp;  // differs if the library has changed
};

// Location of the entries of a listing, and of their number.
inline constexpr ListShape kPlexListing = {
    .key = "Metadata", .depth = 2, .total_key = "totalSize", .required = "MediaContainer"};

// kFailedPrecondition: not a response of such a server. Unreadable entries are added to `damaged`,
// which may be null; the others are returned.
absl::StatusOr<ServerInfo> ParsePlexServer(std::string body);
absl::StatusOr<std::vector<PlexSection>> ParsePlexSections(const std::string& body,
                                                           DamagedEntries* damaged = nullptr);
// Total number of entries of a listing.
absl::StatusOr<uint64_t> ParsePlexTotal(const std::string& body);
// Parses GET /library/metadata/<id>/extras.
absl::StatusOr<std::vector<Extra>> ParsePlexExtras(const std::string& body, std::string_view source,
                                                   DamagedEntries* damaged = nullptr);
// Path of a title's theme song in GET /library/metadata/<id>; empty: none.
absl::StatusOr<std::string> ParsePlexTheme(const std::string& body);
// Parses GET /status/sessions.
absl::StatusOr<std::vector<PlaybackSession>> ParsePlexSessions(const std::string& body,
                                                               std::string_view source,
                                                               DamagedEntries* damaged = nullptr);

}  // namespace marquee::playlist
