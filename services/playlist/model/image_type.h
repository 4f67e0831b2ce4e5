// What a picture is, told by its first bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::playlist {

// How many leading bytes SniffImageType looks at.
inline constexpr size_t kImageTypeBytes = 12;

// image/jpeg, image/png, image/gif, image/webp, image/avif or image/heic; empty for anything else.
std::string_view SniffImageType(std::string_view head);

}  // namespace marquee::playlist
