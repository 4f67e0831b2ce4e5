// Understands what a Plex Media Server answers: pure functions from bytes to values, with the
// leniency of remote/json.h.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/sources/remote/list_splitter.h"
#include "services/playlist/sources/source_operations.h"

namespace marquee::playlist {

// One of GET /library/sections
struct PlexSection {
  std::string key;
  std::string title;
  std::string type;   // movie, show, artist, photo
  std::string stamp;  // another one: something in it has changed
};

// Where the entries of a listing are, and their number.
inline constexpr ListShape kPlexListing = {
    .key = "Metadata", .depth = 2, .total_key = "totalSize", .required = "MediaContainer"};

// kFailedPrecondition: not the answer of such a server. `damaged`, where it is not null, gets the
// entries that cannot be read; the others are returned.
absl::StatusOr<ServerInfo> ParsePlexServer(std::string body);
absl::StatusOr<std::vector<PlexSection>> ParsePlexSections(const std::string& body,
                                                           DamagedEntries* damaged = nullptr);
// How many entries a listing has in all.
absl::StatusOr<uint64_t> ParsePlexTotal(const std::string& body);
// GET /library/metadata/<id>/extras
absl::StatusOr<std::vector<Extra>> ParsePlexExtras(const std::string& body, std::string_view source,
                                                   DamagedEntries* damaged = nullptr);
// The path of a title's theme song in GET /library/metadata/<id>; empty when it has none.
absl::StatusOr<std::string> ParsePlexTheme(const std::string& body);
// GET /status/sessions
absl::StatusOr<std::vector<PlaybackSession>> ParsePlexSessions(const std::string& body,
                                                               std::string_view source,
                                                               DamagedEntries* damaged = nullptr);

}  // namespace marquee::playlist
