#include "services/imageproc/transform/container/exif.h"

#include <cstddef>
#include <cstdint>

#include "services/imageproc/transform/container/byte_cursor.h"

namespace marquee::imageproc {
namespace {

using namespace std::string_view_literals;

constexpr size_t kEntryBytes = 12;
constexpr uint32_t kOrientationTag = 274;
constexpr uint32_t kShort = 3;

}  // namespace

int OrientationOf(std::string_view tiff) {
  const bool little = tiff.starts_with("II*\0"sv);
  if (tiff.size() < 8 || (!little && !tiff.starts_with("MM\0*"sv))) return 1;
  const auto number16 = [&](size_t at) {
    return little ? LittleEndian16(tiff.substr(at)) : BigEndian16(tiff.substr(at));
  };
  const size_t directory = little ? LittleEndian32(tiff.substr(4)) : BigEndian32(tiff.substr(4));
  if (directory > tiff.size() - 2) return 1;
  const size_t count = number16(directory);
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    if (entry + kEntryBytes > tiff.size()) return 1;
    if (number16(entry) != kOrientationTag) continue;
    const uint32_t value = number16(entry + 2) == kShort ? number16(entry + 8) : 0;
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

std::string TiffWithOrientation(int orientation) {
  std::string tiff("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 26);
  tiff[19] = static_cast<char>(orientation);
  return tiff;
}

}  // namespace marquee::imageproc
