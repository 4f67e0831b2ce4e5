// What an entry's MediaStreams say about the picture and the sound.
#pragma once

#include <optional>
#include <string>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {

// Fills video and audio with the first stream of their kind, and has_hdr and has_dolby_vision.
error_code ParseMediaStreams(ondemand::value streams, Item* item);

}  // namespace marquee::playlist
