// Text as it comes from files and servers, made fit for a playlist.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

bool IsUtf8(std::string_view text);

// `text` in Normalization Form C (unicode.h), without leading and trailing white space, control
// characters as spaces, and each byte that is not valid UTF-8 replaced by U+FFFD; cut to
// `max_bytes` at a character's boundary.
std::string CleanText(std::string_view text, size_t max_bytes = 16 * 1024);

}  // namespace marquee::playlist
