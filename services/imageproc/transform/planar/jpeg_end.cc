#include "services/imageproc/transform/planar/jpeg_end.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/byte_cursor.h"
#include "services/imageproc/transform/planar/jpeg_reader.h"

namespace marquee::imageproc {
namespace {

// The last bits of a scan are ones (ITU-T T.81, F.1.2.3), so a valid scan ends in at most one zero
// byte: the one stuffed after 0xff.
constexpr uint64_t kStuffed = 1;

// Searches only in the scans: a thumbnail before them may contain an end marker of its own.
absl::StatusOr<bool> HasEnd(ByteCursor& file, uint64_t scans) {
  if (file.size() < scans + kEndOfImage.size()) return false;
  MARQUEE_ASSIGN_OR_RETURN(const std::string_view last,
                           file.At(file.size() - kEndOfImage.size(), kEndOfImage.size()));
  if (last == kEndOfImage) return true;
  bool half_seen = false;
  for (uint64_t at = scans; at < file.size();) {
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view bytes, file.Some(at));
    if (half_seen && bytes.starts_with(kEndOfImage[1])) return true;
    if (bytes.find(kEndOfImage) != bytes.npos) return true;
    half_seen = bytes.ends_with(kEndOfImage[0]);
    at += bytes.size();
  }
  return false;
}

// Size without the trailing zeros, which are not data.
absl::StatusOr<uint64_t> SizeOfData(ByteCursor& file) {
  for (uint64_t end = file.size(); end > 0;) {
    const uint64_t begin = end - std::min<uint64_t>(end, ByteCursor::kWindow);
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view bytes,
                             file.At(begin, static_cast<size_t>(end - begin)));
    const size_t last = bytes.find_last_not_of('\0');
    if (last != bytes.npos) return std::min(begin + last + 1 + kStuffed, file.size());
    end = begin;
  }
  return 0;
}

}  // namespace

absl::StatusOr<Splice> WithEnd(const Blob& original, const ImageInfo& info,
                               const base::CallContext& context, const base::Clock& clock) {
  const SplicedBlob whole(original, info.splice);
  ByteCursor file(whole);
  MARQUEE_ASSIGN_OR_RETURN(const bool has_end, HasEnd(file, info.jpeg_scan_offset));
  if (has_end) return info.splice;
  MARQUEE_ASSIGN_OR_RETURN(const uint64_t size, SizeOfData(file));
  Splice ended = info.splice.Prefix(size);
  const SplicedBlob data(original, ended);
  JpegReader reader(data, context, clock);
  MARQUEE_RETURN_IF_ERROR(reader.ReadHeader());
  MARQUEE_RETURN_IF_ERROR(reader.CheckRows());
  ended.AddLiteral(std::string(kEndOfImage));
  return ended;
}

}  // namespace marquee::imageproc
