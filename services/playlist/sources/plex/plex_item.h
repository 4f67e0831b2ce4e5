// Converts one entry of a Plex listing to an item.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {

struct PlexEntry {
  std::optional<Item> item;  // empty: no title, no poster, or no id that is valid in a path
  std::vector<std::string> collections;
};

// `source`: name of the source, used in the key and image URLs of the item; `library`: title of the
// section. Films, series and albums become items; an episode or season becomes its series.
error_code ParsePlexEntry(ondemand::value entry, std::string_view source, std::string_view library,
                          PlexEntry* parsed);

// Converts what a session plays to an item: a film, the series of an episode, the track of an
// album, and content outside libraries, such as live television and clips (with an empty type and
// possibly without a poster). Leaves `item` empty if there is no title, and for photos.
error_code ParsePlexPlaying(ondemand::value entry, std::string_view source,
                            std::optional<Item>* item);

}  // namespace marquee::playlist
