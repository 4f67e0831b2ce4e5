// Parses the MediaStreams of an entry: video and audio properties.
#pragma once

#include <optional>
#include <string>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {

// Fills video and audio from the first stream of each kind, and has_hdr and has_dolby_vision.
error_code ParseMediaStreams(ondemand::value streams, Item* item);

}  // namespace marquee::playlist
