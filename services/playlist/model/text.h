// Cleans text from files and servers for the playlist.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

bool IsUtf8(std::string_view text);

// `text` in Normalization Form C (unicode.h), without leading and trailing white space, with
// control characters replaced by spaces and each byte that is not valid UTF-8 by U+FFFD; truncated
// to `max_bytes` at a character boundary.
std::string CleanText(std::string_view text, size_t max_bytes = 16 * 1024);

}  // namespace marquee::playlist
