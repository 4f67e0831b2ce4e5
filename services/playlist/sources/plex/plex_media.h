// The versions of a title (`Media` of a Plex entry): quality, video stream and audio track.
#pragma once

#include <initializer_list>
#include <string_view>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {

// Whether `text` contains one of `words`, which are in lower case, in any case.
bool MentionsAny(std::string_view text, std::initializer_list<std::string_view> words);

// Sets quality, video and audio of `item` to those of the best version.
error_code ParsePlexMedia(ondemand::value versions, Item* item);

}  // namespace marquee::playlist
