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

// What a session plays, as an item: a film, a series for its episode, the track of an album, and
// what is in no library, such as live television and clips (with an empty type, and perhaps without
// a poster). Leaves `item` empty where there is no title, and for photos.
error_code ParsePlexPlaying(ondemand::value entry, std::string_view source,
                            std::optional<Item>* item);

}  // namespace marquee::playlist
