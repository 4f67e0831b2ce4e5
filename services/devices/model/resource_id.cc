#include "services/devices/model/resource_id.h"

#include <algorithm>
#include <cstddef>

namespace marquee::devices {

bool IsResourceId(std::string_view text) {
  constexpr size_t kLongest = 128;
  if (text.empty() || text.size() > kLongest) return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  });
}

}  // namespace marquee::devices
