// Understands what a RomM server answers: pure functions from bytes to values, with the leniency of
// remote/json.h.
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

// POST /api/token
struct RommToken {
  std::string access;
  std::string refresh;  // empty: the server gives none
  absl::Duration lasts = absl::Hours(1);
};

// One of GET /api/platforms
struct RommPlatform {
  int64_t id = 0;
  std::string slug;
  std::string name;  // as displayed
  int64_t roms = 0;
  std::string stamp;  // another one: something in it has changed
};

// What a ROM says beside its item.
struct RommEntry {
  std::optional<Item> item;  // empty: without an id, a name or a cover
  bool favourite = false;
  bool playable = false;
  bool identified = true;
};

// Newer servers answer an object, older ones the bare array.
inline constexpr ListShape kRommListing = {
    .key = "items", .total_key = "total", .may_be_bare = true};

// `damaged`, where it is not null, gets the entries that cannot be read.
absl::StatusOr<RommToken> ParseRommToken(std::string body);
absl::StatusOr<std::vector<RommPlatform>> ParseRommPlatforms(const std::string& body,
                                                             DamagedEntries* damaged = nullptr);
// The version in GET /api/heartbeat; empty when it does not say.
std::string ParseRommVersion(std::string body);

// `source`: the source's name, which the item's key and image URLs carry; `platform`: displayed.
error_code ParseRommEntry(ondemand::value entry, std::string_view source, std::string_view platform,
                          RommEntry* parsed);

}  // namespace marquee::playlist
