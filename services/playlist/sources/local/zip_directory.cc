#include "services/playlist/sources/local/zip_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "services/playlist/sources/local/local_root.h"

namespace marquee::playlist {
namespace {

constexpr size_t kEndBytes = 22;        // end of central directory record, without its comment
constexpr size_t kMaxComment = 0xFFFF;  // its length is two bytes
constexpr size_t kLocatorBytes = 20;    // precedes the end record
constexpr size_t kEnd64Bytes = 56;      // ZIP64 end of central directory record
constexpr uint64_t kEntryBytes = 46;    // a directory entry without its name

absl::Status Refused(std::string why) {
  return absl::FailedPreconditionError("not a usable ZIP file: " + std::move(why));
}

uint64_t Little(std::string_view bytes, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = width; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

absl::Status CheckCount(uint64_t entries, uint64_t file_size, uint64_t max_entries) {
  if (entries > max_entries) return Refused(fmt::format("more than {} entries", max_entries));
  if (entries > file_size / kEntryBytes) {
    return Refused(fmt::format("{} entries do not fit into {} bytes", entries, file_size));
  }
  return absl::OkStatus();
}

absl::Status CheckEnd64(int fd, uint64_t at, uint64_t file_size, uint64_t max_entries) {
  if (file_size < kEnd64Bytes || at > file_size - kEnd64Bytes) {
    return Refused("its ZIP64 directory is beyond the end of the file");
  }
  std::string record;
  MARQUEE_RETURN_IF_ERROR(ReadAt(fd, at, kEnd64Bytes, &record));
  if (record.size() < kEnd64Bytes || !record.starts_with("PK\x06\x06")) {
    return Refused("its ZIP64 directory is missing");
  }
  return CheckCount(std::max(Little(record, 24, 8), Little(record, 32, 8)), file_size, max_entries);
}

}  // namespace

absl::Status CheckZipDirectory(int fd, uint64_t file_size, uint64_t max_entries) {
  // libzip searches for an end record in the same number of last bytes.
  constexpr size_t kTailBytes = kMaxComment + kEndBytes + kLocatorBytes;
  // Plus a locator before it.
  constexpr size_t kReadBytes = kTailBytes + kLocatorBytes;
  const uint64_t from = file_size > kReadBytes ? file_size - kReadBytes : 0;
  std::string tail;
  MARQUEE_RETURN_IF_ERROR(ReadAt(fd, from, kReadBytes, &tail));
  bool found = false;
  for (size_t at = tail.find("PK\x05\x06"); at != std::string::npos;
       at = tail.find("PK\x05\x06", at + 1)) {
    if (tail.size() - at < kEndBytes) break;
    found = true;
    const std::string_view locator =
        at < kLocatorBytes ? std::string_view()
                           : std::string_view(tail).substr(at - kLocatorBytes, kLocatorBytes);
    if (locator.starts_with("PK\x06\x07")) {
      MARQUEE_RETURN_IF_ERROR(CheckEnd64(fd, Little(locator, 8, 8), file_size, max_entries));
      continue;
    }
    const uint64_t entries = std::max(Little(tail, at + 8, 2), Little(tail, at + 10, 2));
    MARQUEE_RETURN_IF_ERROR(CheckCount(entries, file_size, max_entries));
  }
  return found ? absl::OkStatus() : Refused("it has no central directory");
}

uint64_t MaxInflatedBytes(uint64_t compressed) {
  constexpr uint64_t kMaxRatio = 1032;
  constexpr uint64_t kSlack = 1032;  // for an incomplete last block
  if (compressed > std::numeric_limits<uint64_t>::max() / kMaxRatio - 1) {
    return std::numeric_limits<uint64_t>::max();
  }
  return compressed * kMaxRatio + kSlack;
}

}  // namespace marquee::playlist
