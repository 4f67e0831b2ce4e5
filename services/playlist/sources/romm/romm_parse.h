// Parses responses of a RomM server: pure functions from bytes to values, tolerant of odd fields
// (remote/json.h).
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"
#include "services/playlist/sources/remote/list_splitter.h"

namespace marquee::playlist {

// Response of POST /api/token.
struct RommToken {
  std::string access;
  std::string refresh;  // empty: none
  absl::Duration lasts = absl::Hours(1);
};

// Element of GET /api/platforms.
struct RommPlatform {
  int64_t id = 0;
  std::string slug;
  std::string name;  // display name
  int64_t roms = 0;
  std::string stamp;  // differs if the platform has changed
};

// An item and further fields of a ROM.
struct RommEntry {
  std::optional<Item> item;  // empty: no id, name or cover
  bool favourite = false;
  bool playable = false;
  bool identified = true;
};

// Newer servers return an object, older ones a bare array.
inline constexpr ListShape kRommListing = {
    .key = "items", .total_key = "total", .may_be_bare = true};

// Unreadable entries are added to `damaged`, which may be null.
absl::StatusOr<RommToken> ParseRommToken(std::string body);
absl::StatusOr<std::vector<RommPlatform>> ParseRommPlatforms(const std::string& body,
                                                             DamagedEntries* damaged = nullptr);
// The version in GET /api/heartbeat; empty: not stated.
std::string ParseRommVersion(std::string body);

// `source`: name of the source, used in the key and image URLs of the item; `platform`: display
// name.
error_code ParseRommEntry(ondemand::value entry, std::string_view source, std::string_view platform,
                          RommEntry* parsed);

}  // namespace marquee::playlist
