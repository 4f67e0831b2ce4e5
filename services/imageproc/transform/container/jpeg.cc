#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/colour_profile.h"
#include "services/imageproc/transform/container/container.h"
#include "services/imageproc/transform/container/exif.h"

namespace marquee::imageproc {
namespace {

using namespace std::string_view_literals;

// Markers (ITU-T T.81, table B.1).
constexpr int kSof0 = 0xc0;
constexpr int kDht = 0xc4;
constexpr int kJpg = 0xc8;
constexpr int kDac = 0xcc;
constexpr int kRst0 = 0xd0;
constexpr int kRst7 = 0xd7;
constexpr int kSoi = 0xd8;
constexpr int kEoi = 0xd9;
constexpr int kSos = 0xda;
constexpr int kApp0 = 0xe0;
constexpr int kApp1 = 0xe1;
constexpr int kApp2 = 0xe2;
constexpr int kApp14 = 0xee;
constexpr int kApp15 = 0xef;
constexpr int kCom = 0xfe;
constexpr int kTem = 0x01;

constexpr std::string_view kExif = "Exif\0\0"sv;
constexpr std::string_view kIcc = "ICC_PROFILE\0"sv;  // ICC.1:2010, B.4

// Each scan is processed over all coefficients, however few bytes it has. Encoders write about ten.
constexpr int kMaxScans = 100;

class JpegWalker {
 public:
  JpegWalker(ByteCursor& file, ImageInfo& info) : file_(file), info_(info) {}

  absl::Status Walk() {
    info_.splice.AddRange(0, 2);
    at_ = 2;
    while (!done_) MARQUEE_RETURN_IF_ERROR(Segment());
    return absl::OkStatus();
  }

 private:
  // Processes the next marker and its segment.
  absl::Status Segment() {
    const absl::StatusOr<int> marker = NextMarker();
    if (absl::IsUnavailable(marker.status())) return marker.status();
    if (!marker.ok()) return scans_ > 0 ? End() : marker.status();
    const uint64_t begin = at_ - 2;
    if (*marker == kEoi) {
      if (scans_ == 0) return Damaged("the JPEG has no image data");
      Keep(begin);
      return End();
    }
    if (*marker == kSoi) return Damaged("a second JPEG header inside the JPEG");
    if (*marker == kTem || (*marker >= kRst0 && *marker <= kRst7)) return absl::OkStatus();
    if (file_.LeftAt(at_) < 2) return scans_ > 0 ? End() : CutOff();
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view length_bytes, file_.At(at_, 2));
    const uint64_t length = BigEndian16(length_bytes);
    if (length < 2) return Damaged("a JPEG segment with no length");
    if (file_.LeftAt(at_) < length) return TooLong("a JPEG segment", begin, length);
    const uint64_t data = at_ + 2;
    at_ += length;
    return Take(*marker, begin, data, length - 2);
  }

  // Skips bytes that are not markers, as libjpeg does, and fill bytes.
  absl::StatusOr<int> NextMarker() {
    while (true) {
      MARQUEE_ASSIGN_OR_RETURN(const std::string_view bytes, file_.Some(at_));
      const size_t found = bytes.find('\xff');
      at_ += std::min(found, bytes.size());
      if (found == bytes.npos) continue;
      MARQUEE_ASSIGN_OR_RETURN(const std::string_view two, file_.At(at_, 2));
      const int marker = static_cast<unsigned char>(two[1]);
      at_ += marker == 0xff ? 1 : 2;
      // Within a scan, 0xff is followed by zero or by a restart marker.
      if (marker != 0 && marker != 0xff) return marker;
    }
  }

  absl::Status Take(int marker, uint64_t begin, uint64_t data, uint64_t size) {
    if (marker == kSos) return Scan(begin, data, size);
    if (marker == kCom || (marker >= kApp0 && marker <= kApp15)) {
      return Application(marker, begin, data, size);
    }
    const bool is_frame =
        marker >= kSof0 && marker <= 0xcf && marker != kDht && marker != kJpg && marker != kDac;
    if (is_frame) MARQUEE_RETURN_IF_ERROR(Frame(marker, data, size));
    Keep(begin);
    return CheckParts(info_.splice);
  }

  void Keep(uint64_t begin) { info_.splice.AddRange(begin, at_ - begin); }

  absl::Status Application(int marker, uint64_t begin, uint64_t data, uint64_t size) {
    if (scans_ > 0) return absl::OkStatus();
    if (marker == kApp0 || marker == kApp14) Keep(begin);
    if (marker == kApp1 && info_.orientation == 1) return Exif(data, size);
    if (marker == kApp2) return ProfilePart(begin, data, size);
    return absl::OkStatus();
  }

  absl::Status Exif(uint64_t data, uint64_t size) {
    if (size < kExif.size()) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(const std::string bytes, file_.Copy(data, size));
    const std::string_view view(bytes);
    if (view.starts_with(kExif)) info_.orientation = OrientationOf(view.substr(kExif.size()));
    return absl::OkStatus();
  }

  struct Part {
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t data = 0;
  };

  absl::Status ProfilePart(uint64_t begin, uint64_t data, uint64_t size) {
    if (size <= kIcc.size() + 2) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view head, file_.At(data, kIcc.size() + 2));
    if (!head.starts_with(kIcc)) return absl::OkStatus();
    const int number = static_cast<unsigned char>(head[kIcc.size()]);
    profile_parts_of_ = static_cast<unsigned char>(head[kIcc.size() + 1]);
    profile_.try_emplace(number, Part{.begin = begin, .end = at_, .data = data + kIcc.size() + 2});
    return absl::OkStatus();
  }

  absl::Status Frame(int marker, uint64_t data, uint64_t size) {
    if (components_ != 0) return Damaged("the JPEG has two frames");
    if (size < 6) return Damaged("a JPEG frame is too short");
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view head, file_.At(data, 6));
    info_.height_px = static_cast<int>(BigEndian16(head.substr(1)));
    info_.width_px = static_cast<int>(BigEndian16(head.substr(3)));
    components_ = static_cast<unsigned char>(head[5]);
    if (components_ == 0 || components_ > 4 || size < 6 + uint64_t{3} * components_) {
      return Damaged("a JPEG frame has the wrong length");
    }
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view parts, file_.At(data + 6, 3 * components_));
    unsigned widest = 1;
    unsigned tallest = 1;
    unsigned blocks = 0;
    for (size_t c = 0; c < components_; ++c) {
      const unsigned sampling = static_cast<unsigned char>(parts[3 * c + 1]);
      widest = std::max(widest, sampling >> 4U);
      tallest = std::max(tallest, sampling & 15U);
      blocks += (sampling >> 4U) * (sampling & 15U);
    }
    // All coefficients, 16 bits each: memory of a decoder that has to wait for the last scan.
    coefficient_bytes_ = info_.pixels() * 2 * blocks / (uint64_t{widest} * tallest);
    info_.is_cmyk = components_ == 4;
    // Whether Huffman or arithmetic, the third of each four markers is progressive (T.81, table
    // B.1).
    progressive_ = (marker & 3) == 2;
    return absl::OkStatus();
  }

  absl::Status Scan(uint64_t begin, uint64_t data, uint64_t size) {
    if (components_ == 0 || size < 1) return Damaged("a JPEG scan before the frame header");
    if (++scans_ > kMaxScans) return Damaged("the JPEG has too many scans");
    if (scans_ == 1) {
      MARQUEE_RETURN_IF_ERROR(FinishHead());
      info_.jpeg_scan_offset = info_.splice.size();
      MARQUEE_ASSIGN_OR_RETURN(const std::string_view count, file_.At(data, 1));
      if (!progressive_ && static_cast<unsigned char>(count[0]) == components_) {
        // With a single scan the rest of the file is passed on unparsed; no lengths occur in it.
        info_.splice.AddRange(begin, file_.size() - begin);
        done_ = true;
        return absl::OkStatus();
      }
      info_.decode_bytes = coefficient_bytes_;
    }
    // Up to the next marker that does not belong to the scan.
    uint64_t end = file_.size();
    while (true) {
      const absl::StatusOr<int> marker = NextMarker();
      if (absl::IsUnavailable(marker.status())) return marker.status();
      if (!marker.ok()) break;
      if (*marker >= kRst0 && *marker <= kRst7) continue;
      end = at_ -= 2;
      break;
    }
    info_.splice.AddRange(begin, end - begin);
    return CheckParts(info_.splice);
  }

  // Adds the literal and the ranges that replace EXIF and the profile.
  absl::Status FinishHead() {
    if (info_.orientation != 1) {
      const std::string tiff = TiffWithOrientation(info_.orientation);
      const size_t length = 2 + kExif.size() + tiff.size();
      std::string segment("\xff\xe1\0", 3);
      segment.push_back(static_cast<char>(length));
      info_.splice.AddLiteral(segment + std::string(kExif) + tiff);
    }
    // An incomplete profile is unusable.
    if (profile_.empty() || static_cast<int>(profile_.size()) != profile_parts_of_ ||
        profile_.begin()->first != 1 || profile_.rbegin()->first != profile_parts_of_) {
      return absl::OkStatus();
    }
    std::string profile;
    for (const auto& [number, part] : profile_) {
      if (profile.size() + (part.end - part.data) > kMaxProfileBytes) return absl::OkStatus();
      MARQUEE_ASSIGN_OR_RETURN(const std::string bytes,
                               file_.Copy(part.data, part.end - part.data));
      profile += bytes;
    }
    if (JudgeProfile(profile, static_cast<int>(components_)) != ProfileUse::kConvert) {
      return absl::OkStatus();
    }
    info_.needs_profile = true;
    for (const auto& [number, part] : profile_) {
      info_.splice.AddRange(part.begin, part.end - part.begin);
    }
    return absl::OkStatus();
  }

  absl::Status End() {
    done_ = true;
    return absl::OkStatus();
  }

  ByteCursor& file_;
  ImageInfo& info_;
  uint64_t at_ = 0;
  bool done_ = false;
  size_t components_ = 0;
  bool progressive_ = false;
  int scans_ = 0;
  uint64_t coefficient_bytes_ = 0;
  int profile_parts_of_ = 0;
  std::map<int, Part> profile_;  // by sequence number, from 1
};

}  // namespace

absl::Status ReadJpeg(ByteCursor& file, ImageInfo& info) { return JpegWalker(file, info).Walk(); }

}  // namespace marquee::imageproc
