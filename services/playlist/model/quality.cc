#include "services/playlist/model/quality.h"

#include <fmt/format.h>

#include <cmath>

namespace marquee::playlist {

std::string QualityLabel(int32_t width_px, int32_t height_px) {
  if (width_px <= 0 && height_px <= 0) return {};
  // Slightly below the nominal widths, for films cropped at the sides.
  if (height_px >= 2160 || width_px >= 3800) return "4K";
  if (height_px > 1080) return fmt::format("{}p", height_px);
  if (height_px > 720 || width_px >= 1900) return "1080p";
  if (height_px > 576 || width_px >= 1260) return "720p";
  return "SD";
}

std::optional<RottenTomatoes> TomatoesOf(double critics) {
  if (critics < 0 || critics > 100) return std::nullopt;
  RottenTomatoes tomatoes;
  tomatoes.score = static_cast<int32_t>(std::lround(critics));
  tomatoes.original_score = critics / 10;
  // Thresholds of rottentomatoes.com.
  tomatoes.icon = critics >= 85 ? "certified-fresh" : critics >= 60 ? "fresh" : "rotten";
  return tomatoes;
}

std::optional<int32_t> PlausibleYear(std::optional<int64_t> year) {
  if (!year || *year < 1850 || *year > 2200) return std::nullopt;
  return static_cast<int32_t>(*year);
}

}  // namespace marquee::playlist
