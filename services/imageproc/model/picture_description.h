// What a picture is like, for placeholders: painted before its first byte is there.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace marquee::imageproc {

struct PictureDescription {
  struct Colour {
    uint32_t rgb = 0;   // 0xrrggbb
    double weight = 0;  // share of the picture, 0…1
    bool operator==(const Colour&) const = default;
  };
  static constexpr size_t kMaxColours = 5;

  int width_px = 0;   // of the original, upright
  int height_px = 0;  // likewise
  std::string content_type;
  std::vector<Colour> colours;  // heaviest first
  std::string thumb_hash;       // bytes (https://evanw.github.io/thumbhash/)

  bool operator==(const PictureDescription&) const = default;
};

// Lines of text, as tiers hold it beside pictures; weights to a thousandth.
std::string FormatDescription(const PictureDescription& description);
// kDataLoss: no such text.
absl::StatusOr<PictureDescription> ParseDescription(const std::string& text);

}  // namespace marquee::imageproc
