#include <algorithm>
#include <string>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/container.h"

namespace marquee::imageproc {
namespace {

// Block labels (GIF89a, appendix B).
constexpr char kExtension = 0x21;
constexpr char kImage = 0x2c;
constexpr char kTrailer = 0x3b;
constexpr unsigned kGraphicControl = 0xf9;
constexpr uint64_t kHeadBytes = 13;
constexpr uint64_t kImageBytes = 10;

// Size in bytes of the colour table that these flags announce.
uint64_t TableBytes(char packed) {
  const auto bits = static_cast<unsigned char>(packed);
  return (bits & 0x80U) == 0 ? 0 : uint64_t{3} << ((bits & 7U) + 1);
}

// End of the sub-blocks that begin at `at`.
absl::StatusOr<uint64_t> SkipBlocks(ByteCursor& file, uint64_t at) {
  while (true) {
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view length, file.At(at, 1));
    const auto size = static_cast<unsigned char>(length[0]);
    at += 1 + uint64_t{size};
    if (size == 0) return at;
  }
}

// Whether another image follows. Damage after the first image is ignored.
bool HasAnotherImage(ByteCursor& file, uint64_t at) {
  while (true) {
    const absl::StatusOr<std::string_view> block = file.At(at, 2);
    if (!block.ok() || (*block)[0] != kExtension) return block.ok() && (*block)[0] == kImage;
    const absl::StatusOr<uint64_t> end = SkipBlocks(file, at + 2);
    if (!end.ok()) return false;
    at = *end;
  }
}

// Adds the first frame, on the canvas that it needs.
absl::Status TakeImage(ByteCursor& file, uint64_t at, ImageInfo& info) {
  MARQUEE_ASSIGN_OR_RETURN(const std::string_view image, file.At(at, kImageBytes));
  const auto number = [image](size_t offset) {
    return static_cast<int>(LittleEndian16(image.substr(offset)));
  };
  info.width_px = std::max(info.width_px, number(1) + number(5));
  info.height_px = std::max(info.height_px, number(3) + number(7));
  const uint64_t table = TableBytes(image[9]);
  // The code size, then the data.
  MARQUEE_ASSIGN_OR_RETURN(const uint64_t end, SkipBlocks(file, at + kImageBytes + table + 1));
  info.splice.AddRange(at, end - at);
  info.splice.AddLiteral(std::string(1, kTrailer));
  info.animated = HasAnotherImage(file, end);
  info.decode_bytes = info.pixels() * 8;  // the canvas and its RGBA copy
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadGif(ByteCursor& file, ImageInfo& info) {
  MARQUEE_ASSIGN_OR_RETURN(const std::string_view head, file.At(0, kHeadBytes));
  info.width_px = static_cast<int>(LittleEndian16(head.substr(6)));
  info.height_px = static_cast<int>(LittleEndian16(head.substr(8)));
  uint64_t at = kHeadBytes + TableBytes(head[10]);
  if (file.LeftAt(0) < at) return CutOff();
  info.splice.AddRange(0, at);
  uint64_t control = 0;  // offset of the control block of the next image
  uint64_t control_bytes = 0;
  while (true) {
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view block, file.At(at, 1));
    if (block[0] == kTrailer) return Damaged("the GIF has no image");
    if (block[0] == kImage) {
      info.splice.AddRange(control, control_bytes);
      return TakeImage(file, at, info);
    }
    if (block[0] != kExtension) return Damaged("the GIF has an unknown block");
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view extension, file.At(at, 4));
    const bool is_control = static_cast<unsigned char>(extension[1]) == kGraphicControl;
    if (is_control) info.has_alpha = (static_cast<unsigned char>(extension[3]) & 1U) != 0;
    MARQUEE_ASSIGN_OR_RETURN(const uint64_t end, SkipBlocks(file, at + 2));
    if (is_control) {
      control = at;
      control_bytes = end - at;
    }
    at = end;
  }
}

}  // namespace marquee::imageproc
