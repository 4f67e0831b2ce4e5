// Derived values of a title that all media servers define alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

// SD, 720p, 1080p, 4K, otherwise the height as `1440p`; empty if both are 0. Wide-screen films have
// a reduced height at full width, so the width counts too: 1920×800 is 1080p.
std::string QualityLabel(int32_t width_px, int32_t height_px);

// A critics' score of 0 to 100 with the icon that rottentomatoes.com assigns; nullopt outside that
// range.
std::optional<RottenTomatoes> TomatoesOf(double critics);

// nullopt if it cannot be a year.
std::optional<int32_t> PlausibleYear(std::optional<int64_t> year);

}  // namespace marquee::playlist
