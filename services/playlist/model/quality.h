// Figures of a title as every media server means them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

// SD, 720p, 1080p, 4K, else the height as `1440p`; empty when both are 0. A film in scope is cut
// in height, not in width, so the width counts too: 1920×800 is 1080p.
std::string QualityLabel(int32_t width_px, int32_t height_px);

// A critics' score of 0 to 100 with the icon that the site itself gives it; nullopt outside.
std::optional<RottenTomatoes> TomatoesOf(double critics);

// nullopt for what cannot be a year.
std::optional<int32_t> PlausibleYear(std::optional<int64_t> year);

}  // namespace marquee::playlist
