// Description of an image for placeholders, which displays paint before the image arrives.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace marquee::imageproc {

struct ImageDescription {
  struct Colour {
    uint32_t rgb = 0;   // 0xrrggbb
    double weight = 0;  // share of the image's area, 0…1
    bool operator==(const Colour&) const = default;
  };
  static constexpr size_t kMaxColours = 5;

  int width_px = 0;   // of the original, after applying its orientation
  int height_px = 0;  // as width_px
  std::string content_type;
  std::vector<Colour> colours;  // heaviest first
  std::string thumb_hash;       // bytes (https://evanw.github.io/thumbhash/)

  bool operator==(const ImageDescription&) const = default;
};

// Text form in which tiers store descriptions; weights are rounded to a thousandth.
std::string FormatDescription(const ImageDescription& description);
// kDataLoss: `text` is not such a text.
absl::StatusOr<ImageDescription> ParseDescription(const std::string& text);

}  // namespace marquee::imageproc
