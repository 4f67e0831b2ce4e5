// One entry of the disk tier as a file:
//
//   offset  bytes
//        0      8  "MARQUEE1": magic and version; another version is not read
//        8      4  bytes of the description, n
//       12      4  zero
//       16      8  bytes of the body, m
//       24      8  when the origin last confirmed it, nanoseconds since 1970
//       32      8  XXH3-64 of the description
//       40     32  XXH3-128 of the body, hexadecimal
//       72      n  description: the key and the metadata of the body
//     72+n      m  body
//
// Numbers are little-endian. The file is exactly 72+n+m bytes long. The time of confirmation is the
// one thing that may be changed in place, so no checksum covers it.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::imageproc {

struct EntryDescription {
  std::string key;  // whole, since file names are only digests of keys
  absl::Time created_at;
  absl::Time fresh_until;
  std::string content_type;
  std::string etag;
  std::string original_digest;
  std::string validator;
  int width_px = 0;
  int height_px = 0;
};

struct EntryHeader {
  uint64_t body_offset = 0;
  uint64_t body_bytes = 0;
  std::string body_digest;
  absl::Time confirmed_at;
  EntryDescription description;
};

inline constexpr size_t kEntryFixedBytes = 72;
inline constexpr size_t kConfirmedAtOffset = 24;
// A key contains two fields of at most 2 KiB each, far below this.
inline constexpr size_t kMaxDescriptionBytes = 16 * 1024;

// The bytes before the body.
std::string EncodeEntryHead(const EntryDescription& description, uint64_t body_bytes,
                            const std::string& body_digest, absl::Time confirmed_at);
// Encodes the eight bytes at kConfirmedAtOffset.
std::string EncodeConfirmedAt(absl::Time time);

// Parses the beginning of a file of `file_bytes` bytes; `head` contains at least its first
// kEntryFixedBytes + kMaxDescriptionBytes bytes, or the whole file. kDataLoss: not an entry, or
// damaged. The caller must check the digest of the body.
absl::StatusOr<EntryHeader> DecodeEntryHead(std::string_view head, uint64_t file_bytes);

}  // namespace marquee::imageproc
