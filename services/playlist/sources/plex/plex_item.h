// One entry of a Plex listing becomes one item of the playlist.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {

struct PlexEntry {
  std::optional<Item> item;  // empty: without a title, a poster or an id that can stand in a path
  std::vector<std::string> collections;
};

// `source`: the source's name, which the item's key and image URLs carry; `library`: the section's
// title. Films, series and albums become items; an episode or a season becomes its series.
error_code ParsePlexEntry(ondemand::value entry, std::string_view source, std::string_view library,
                          PlexEntry* parsed);

// True for the path of a picture as the server itself gives it: below /library, without a query.
bool IsPlexPicturePath(std::string_view path);

}  // namespace marquee::playlist
