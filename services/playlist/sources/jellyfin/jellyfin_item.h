// One entry of a listing becomes one item of the playlist.
#pragma once

#include <optional>
#include <string_view>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {

// Sets `item` when the entry is a movie or a series with a title, a poster and an id that can stand
// in a path; else leaves it empty.
error_code ParseItem(ondemand::value entry, std::string_view source, std::string_view library,
                     std::optional<Item>* item);

}  // namespace marquee::playlist
