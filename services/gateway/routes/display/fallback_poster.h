// The fallback image, shown when an image is not available.
#pragma once

#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

inline constexpr std::string_view kFallbackPosterPath = "/fallback-poster.png";

// An SVG of 600 by 900 despite its name, which displays know; cacheable for a day.
Response FallbackPoster();

}  // namespace marquee::gateway
