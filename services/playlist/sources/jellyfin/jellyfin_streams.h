// What an entry's MediaStreams say about the picture and the sound.
#pragma once

#include <optional>
#include <string>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/jellyfin/jellyfin_json.h"

namespace marquee::playlist {

// Fills video and audio with the first stream of their kind, and has_hdr and has_dolby_vision.
error_code ParseMediaStreams(ondemand::value streams, Item* item);

// SD, 720p, 1080p, 4K, else the height as `1440p`; empty when both are 0. A film in scope is cut
// in height, not in width, so the width counts too: 1920×800 is 1080p.
std::string QualityLabel(int32_t width_px, int32_t height_px);

}  // namespace marquee::playlist
