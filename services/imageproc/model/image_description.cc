#include "services/imageproc/model/image_description.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <sstream>

namespace marquee::imageproc {

std::string FormatDescription(const ImageDescription& description) {
  std::string text = fmt::format(
      "{} {} {} {}\n", description.width_px, description.height_px, description.content_type,
      absl::BytesToHexString({description.thumb_hash.data(), description.thumb_hash.size()}));
  for (const ImageDescription::Colour& colour : description.colours) {
    text += fmt::format("{:06x} {:.3f}\n", colour.rgb, colour.weight);
  }
  return text;
}

absl::StatusOr<ImageDescription> ParseDescription(const std::string& text) {
  std::istringstream lines(text);
  ImageDescription description;
  std::string hash;
  lines >> description.width_px >> description.height_px >> description.content_type >> hash;
  if (!lines) return absl::DataLossError("not a description of an image");
  description.thumb_hash = absl::HexStringToBytes({hash.data(), hash.size()});
  ImageDescription::Colour colour;
  while (lines >> std::hex >> colour.rgb >> std::dec >> colour.weight) {
    description.colours.push_back(colour);
  }
  return description;
}

}  // namespace marquee::imageproc
