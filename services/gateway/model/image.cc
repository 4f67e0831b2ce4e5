#include "services/gateway/model/image.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace marquee::gateway {

std::string ImageRequest::Key() const {
  // '
  // ' cannot occur in a part: requests with control characters are rejected.
  std::string key;
  key.reserve(source.size() + path.size() + url.size() + artwork_version.size() + 32);
  for (const std::string* part : {&source, &path, &url, &artwork_version}) {
    key.append(*part).append(1, '\n');
  }
  fmt::format_to(std::back_inserter(key), FMT_COMPILE("{}x{}\n{}\n{}\n{}"), width, height, quality,
                 static_cast<int>(fit), static_cast<int>(format));
  if (position != ImagePosition::kCentre) key += fmt::format("\np{}", static_cast<int>(position));
  if (device_pixel_ratio != 0) key += fmt::format("\n{}", device_pixel_ratio);
  return key;
}

std::string_view ServedFromName(ServedFrom tier) {
  switch (tier) {
    case ServedFrom::kMemory:
      return "memory";
    case ServedFrom::kDisk:
      return "disk";
    case ServedFrom::kShared:
      return "shared";
    case ServedFrom::kOrigin:
      return "origin";
    case ServedFrom::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace marquee::gateway
