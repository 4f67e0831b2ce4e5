// Converts one entry of a listing to an item.
#pragma once

#include <optional>
#include <string_view>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {

// Sets `item` if the entry is a movie or series with a title, a poster and an id that is valid in a
// path; otherwise leaves it empty.
error_code ParseItem(ondemand::value entry, std::string_view source, std::string_view library,
                     std::optional<Item>* item);

}  // namespace marquee::playlist
