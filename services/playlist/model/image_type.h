// Detects the type of an image from its first bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::playlist {

// Number of leading bytes that SniffImageType examines.
inline constexpr size_t kImageTypeBytes = 12;

// image/jpeg, image/png, image/gif, image/webp, image/avif or image/heic; empty for anything else.
std::string_view SniffImageType(std::string_view head);

}  // namespace marquee::playlist
