#include <zlib.h>

#include <algorithm>
#include <string>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/colour_profile.h"
#include "services/imageproc/transform/container/container.h"
#include "services/imageproc/transform/container/exif.h"

namespace marquee::imageproc {
namespace {

constexpr uint64_t kSignatureBytes = 8;
constexpr uint64_t kChunkFrame = 12;  // length, type, checksum
constexpr uint64_t kMostChunkBytes = 0x7fffffff;
constexpr size_t kMaxProfileName = 79;

void AppendBigEndian(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
  }
}

std::string Chunk(std::string_view type, std::string_view data) {
  std::string chunk;
  AppendBigEndian(chunk, static_cast<uint32_t>(data.size()));
  chunk += type;
  chunk += data;
  const auto* body = reinterpret_cast<const Bytef*>(chunk.data() + 4);
  AppendBigEndian(chunk,
                  static_cast<uint32_t>(crc32(0, body, static_cast<uInt>(chunk.size() - 4))));
  return chunk;
}

// Decompresses an iCCP chunk; empty if it is damaged or larger than the limit.
std::string Inflate(std::string_view data) {
  const size_t name_end = data.substr(0, kMaxProfileName + 1).find('\0');
  if (name_end == data.npos || data.size() < name_end + 3) return {};
  std::string packed(data.substr(name_end + 2));
  std::string profile;
  std::string piece(64 * 1024, '\0');
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  int result = Z_OK;
  while (result == Z_OK && profile.size() <= kMaxProfileBytes) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    profile.append(piece, 0, piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && profile.size() <= kMaxProfileBytes ? profile : std::string();
}

class PngWalker {
 public:
  PngWalker(ByteCursor& file, ImageInfo& info) : file_(file), info_(info) {}

  absl::Status Walk() {
    info_.splice.AddRange(0, kSignatureBytes);
    at_ = kSignatureBytes;
    MARQUEE_RETURN_IF_ERROR(Header());
    while (true) {
      // Browsers show an image that lacks only its end chunk.
      if (has_pixels_ && file_.LeftAt(at_) < kChunkFrame) break;
      MARQUEE_ASSIGN_OR_RETURN(const std::string_view head, file_.At(at_, 8));
      const uint64_t length = BigEndian32(head);
      const std::string type(head.substr(4));
      if (type == "IEND") break;
      if (length > kMostChunkBytes || file_.LeftAt(at_) < kChunkFrame + length) {
        return TooLong("the PNG chunk " + type, at_, length);
      }
      MARQUEE_RETURN_IF_ERROR(Take(type, length));
      at_ += kChunkFrame + length;
      MARQUEE_RETURN_IF_ERROR(CheckParts(info_.splice));
    }
    if (!has_pixels_) return CutOff();
    info_.splice.AddLiteral(Chunk("IEND", ""));
    const uint64_t sample = depth_ == 16 ? 2 : 1;
    const uint64_t bands = (info_.has_alpha ? 1 : 0) + (coloured_ ? 3 : 1);
    info_.decode_bytes = interlaced_ ? info_.pixels() * bands * sample : 0;
    return absl::OkStatus();
  }

 private:
  absl::Status Header() {
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view chunk, file_.At(at_, 8 + 13 + 4));
    if (BigEndian32(chunk) != 13 || chunk.substr(4, 4) != "IHDR") {
      return Damaged("the PNG has no header");
    }
    const uint32_t width = BigEndian32(chunk.substr(8));
    const uint32_t height = BigEndian32(chunk.substr(12));
    if (width > kMostChunkBytes || height > kMostChunkBytes)
      return Damaged("the PNG has an invalid size");
    info_.width_px = static_cast<int>(width);
    info_.height_px = static_cast<int>(height);
    depth_ = static_cast<unsigned char>(chunk[16]);
    const auto colour = static_cast<unsigned char>(chunk[17]);
    coloured_ = (colour & 2U) != 0;
    info_.has_alpha = (colour & 4U) != 0;
    interlaced_ = chunk[20] != 0;
    info_.splice.AddRange(at_, chunk.size());
    at_ += chunk.size();
    return absl::OkStatus();
  }

  absl::Status Take(const std::string& type, uint64_t length) {
    if (type == "IDAT") has_pixels_ = true;
    if (type == "acTL" && !has_pixels_) info_.animated = true;
    if (type == "tRNS") info_.has_alpha = true;
    if (type == "IDAT" || type == "PLTE" || type == "tRNS") {
      info_.splice.AddRange(at_, kChunkFrame + length);
    }
    if (type == "iCCP" && !has_profile_ && length <= kMaxProfileBytes) {
      has_profile_ = true;
      MARQUEE_ASSIGN_OR_RETURN(const std::string data, file_.Copy(at_ + 8, length));
      info_.needs_profile = JudgeProfile(Inflate(data), coloured_ ? 3 : 1) == ProfileUse::kConvert;
      if (info_.needs_profile) info_.splice.AddRange(at_, kChunkFrame + length);
    }
    if (type == "eXIf" && info_.orientation == 1) {
      MARQUEE_ASSIGN_OR_RETURN(const std::string tiff,
                               file_.Copy(at_ + 8, std::min(length, kMaxExifBytes)));
      info_.orientation = OrientationOf(tiff);
      // After the pixel data, readers that stop early would not see it.
      if (info_.orientation != 1 && !has_pixels_) {
        info_.splice.AddLiteral(Chunk("eXIf", TiffWithOrientation(info_.orientation)));
      } else {
        info_.orientation = 1;
      }
    }
    return absl::OkStatus();
  }

  ByteCursor& file_;
  ImageInfo& info_;
  uint64_t at_ = 0;
  int depth_ = 8;
  bool coloured_ = false;
  bool interlaced_ = false;
  bool has_pixels_ = false;
  bool has_profile_ = false;
};

}  // namespace

absl::Status ReadPng(ByteCursor& file, ImageInfo& info) { return PngWalker(file, info).Walk(); }

}  // namespace marquee::imageproc
