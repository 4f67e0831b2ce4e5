#include "services/gateway/model/image.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace marquee::gateway {

std::string ImageRequest::Key() const {
  // '\n' cannot occur in a part: control characters are refused at the door.
  std::string key;
  key.reserve(source.size() + path.size() + url.size() + validator.size() + 32);
  for (const std::string* part : {&source, &path, &url, &validator}) {
    key.append(*part).append(1, '\n');
  }
  fmt::format_to(std::back_inserter(key), FMT_COMPILE("{}x{}\n{}\n{}\n{}"), width, height, quality,
                 static_cast<int>(fit), static_cast<int>(format));
  if (device_pixel_ratio != 0) key += fmt::format("\n{}", device_pixel_ratio);
  return key;
}

std::string_view ImageTierName(ImageTier tier) {
  switch (tier) {
    case ImageTier::kMemory:
      return "memory";
    case ImageTier::kDisk:
      return "disk";
    case ImageTier::kShared:
      return "shared";
    case ImageTier::kOrigin:
      return "origin";
    case ImageTier::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace marquee::gateway
