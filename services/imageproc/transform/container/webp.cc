#include <algorithm>
#include <string>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/colour_profile.h"
#include "services/imageproc/transform/container/container.h"
#include "services/imageproc/transform/container/exif.h"

namespace marquee::imageproc {
namespace {

using namespace std::string_view_literals;

// Flags of VP8X (RFC 9649, section 2.7.1).
constexpr unsigned kHasProfile = 0x20;
constexpr unsigned kHasAlpha = 0x10;
constexpr unsigned kHasExif = 0x08;
constexpr unsigned kIsAnimated = 0x02;
constexpr uint64_t kRiffHead = 12;
constexpr uint64_t kChunkHead = 8;
constexpr uint64_t kFrameHead = 16;  // header of an ANMF chunk

std::string LittleEndianText(uint64_t value, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i, value >>= 8U) text.push_back(static_cast<char>(value));
  return text;
}

class WebpWalker {
 public:
  WebpWalker(ByteCursor& file, ImageInfo& info) : file_(file), info_(info) {}

  absl::Status Walk() {
    at_ = kRiffHead;
    while (!done_) {
      if (file_.LeftAt(at_) < kChunkHead) break;
      MARQUEE_ASSIGN_OR_RETURN(const Chunk chunk, Next(at_, file_.size()));
      MARQUEE_RETURN_IF_ERROR(Take(chunk));
      at_ = chunk.end;
    }
    if (!has_pixels_) return CutOff();
    Assemble();
    info_.has_alpha = (flags_ & kHasAlpha) != 0;
    info_.animated = is_animated();
    // A frame of an animation is decoded and then copied to the canvas.
    info_.decode_bytes = info_.pixels() * (is_animated() ? 8 : 4);
    return absl::OkStatus();
  }

 private:
  struct Chunk {
    std::string type;
    uint64_t begin = 0;
    uint64_t data = 0;
    uint64_t size = 0;
    uint64_t end = 0;  // start of the next chunk: padded to an even length
  };

  bool is_animated() const { return (flags_ & kIsAnimated) != 0; }

  absl::StatusOr<Chunk> Next(uint64_t begin, uint64_t limit) {
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view head, file_.At(begin, kChunkHead));
    Chunk chunk{.type = std::string(head.substr(0, 4)), .begin = begin, .data = begin + kChunkHead};
    chunk.size = LittleEndian32(head.substr(4));
    if (chunk.data > limit || limit - chunk.data < chunk.size) {
      return TooLong("the WebP chunk " + chunk.type, begin, chunk.size);
    }
    chunk.end = std::min(chunk.data + chunk.size + (chunk.size & 1U), limit);
    return chunk;
  }

  absl::Status Take(const Chunk& chunk) {
    if (chunk.type == "VP8X" && at_ == kRiffHead) return Extended(chunk);
    if (chunk.type == "ICCP" && is_extended_) return Profile(chunk);
    if (chunk.type == "EXIF" && is_extended_) return Exif(chunk);
    if (chunk.type == "ANIM" && is_animated()) Keep(chunk, pixels_);
    if (chunk.type == "ALPH" && is_extended_ && !is_animated()) Keep(chunk, pixels_);
    if (chunk.type == "ANMF" && is_animated() && !has_pixels_) return Frame(chunk);
    if ((chunk.type == "VP8 " || chunk.type == "VP8L") && !is_animated() && !has_pixels_) {
      return Pixels(chunk);
    }
    return absl::OkStatus();
  }

  absl::Status Extended(const Chunk& chunk) {
    if (chunk.size < 10) return Damaged("the WebP header is too short");
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view head, file_.At(chunk.data, 10));
    is_extended_ = true;
    flags_ = static_cast<unsigned char>(head[0]);
    info_.width_px = static_cast<int>(LittleEndian24(head.substr(4))) + 1;
    info_.height_px = static_cast<int>(LittleEndian24(head.substr(7))) + 1;
    return absl::OkStatus();
  }

  absl::Status Profile(const Chunk& chunk) {
    if (chunk.size > kMaxProfileBytes || !profile_.empty()) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(const std::string profile, file_.Copy(chunk.data, chunk.size));
    if (JudgeProfile(profile, 3) == ProfileUse::kConvert) Keep(chunk, profile_);
    return absl::OkStatus();
  }

  absl::Status Exif(const Chunk& chunk) {
    MARQUEE_ASSIGN_OR_RETURN(const std::string bytes,
                             file_.Copy(chunk.data, std::min(chunk.size, kMaxExifBytes)));
    std::string_view tiff(bytes);
    // Some encoders write JPEG's prefix before it.
    if (tiff.starts_with("Exif\0\0"sv)) tiff.remove_prefix(6);
    info_.orientation = OrientationOf(tiff);
    return absl::OkStatus();
  }

  absl::Status Pixels(const Chunk& chunk) {
    has_pixels_ = true;
    Keep(chunk, pixels_);
    if (is_extended_) return absl::OkStatus();
    done_ = true;
    if (chunk.size < 10) return Damaged("the WebP image data is too short");
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view head, file_.At(chunk.data, 10));
    if (chunk.type == "VP8 ") {
      // RFC 6386, section 9.1: 14 bits each after the start code.
      info_.width_px = static_cast<int>(LittleEndian16(head.substr(6)) & 0x3fffU);
      info_.height_px = static_cast<int>(LittleEndian16(head.substr(8)) & 0x3fffU);
      return absl::OkStatus();
    }
    // RFC 9649, section 3.4.
    const uint32_t bits = LittleEndian32(head.substr(1));
    info_.width_px = static_cast<int>(bits & 0x3fffU) + 1;
    info_.height_px = static_cast<int>(bits >> 14U & 0x3fffU) + 1;
    if ((bits >> 28U & 1U) != 0) flags_ |= kHasAlpha;
    return absl::OkStatus();
  }

  // Processes the first frame of an animation, which contains chunks of its own.
  absl::Status Frame(const Chunk& chunk) {
    if (chunk.size < kFrameHead) return Damaged("a WebP frame is too short");
    const uint64_t limit = chunk.data + chunk.size;
    for (uint64_t at = chunk.data + kFrameHead; at + kChunkHead <= limit;) {
      MARQUEE_ASSIGN_OR_RETURN(const Chunk inner, Next(at, limit));
      at = inner.end;
    }
    has_pixels_ = true;
    Keep(chunk, pixels_);
    return absl::OkStatus();
  }

  static void Keep(const Chunk& chunk, Splice& part) {
    part.AddRange(chunk.begin, chunk.end - chunk.begin);
    // The last chunk lacks its padding byte.
    if ((chunk.size & 1U) != 0 && chunk.end == chunk.data + chunk.size) {
      part.AddLiteral(std::string(1, '\0'));
    }
  }

  void Assemble() {
    std::string exif;
    if (info_.orientation != 1) {
      const std::string tiff = TiffWithOrientation(info_.orientation);
      exif = "EXIF" + LittleEndianText(tiff.size(), 4) + tiff;
    }
    info_.needs_profile = !profile_.empty();
    std::string head;
    if (is_extended_) {
      unsigned flags = flags_ & (kHasAlpha | kIsAnimated);
      if (info_.needs_profile) flags |= kHasProfile;
      if (!exif.empty()) flags |= kHasExif;
      head = "VP8X" + LittleEndianText(10, 4) + LittleEndianText(flags, 4) +
             LittleEndianText(static_cast<uint64_t>(info_.width_px) - 1, 3) +
             LittleEndianText(static_cast<uint64_t>(info_.height_px) - 1, 3);
    }
    const uint64_t size = 4 + head.size() + profile_.size() + pixels_.size() + exif.size();
    info_.splice.AddLiteral("RIFF" + LittleEndianText(size, 4) + "WEBP" + head);
    for (const Splice* part : {&profile_, &pixels_}) {
      for (const Splice::Piece& piece : part->pieces()) {
        piece.literal.empty() ? info_.splice.AddRange(piece.offset, piece.size)
                              : info_.splice.AddLiteral(piece.literal);
      }
    }
    info_.splice.AddLiteral(exif);
  }

  ByteCursor& file_;
  ImageInfo& info_;
  uint64_t at_ = 0;
  bool done_ = false;
  bool is_extended_ = false;
  bool has_pixels_ = false;
  unsigned flags_ = 0;
  Splice profile_;
  Splice pixels_;
};

}  // namespace

absl::Status ReadWebp(ByteCursor& file, ImageInfo& info) { return WebpWalker(file, info).Walk(); }

}  // namespace marquee::imageproc
