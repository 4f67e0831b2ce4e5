#include "services/imageproc/model/original.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace marquee::imageproc {

absl::StatusOr<size_t> MemoryBlob::ReadAt(uint64_t offset, std::span<char> into) const {
  if (offset >= bytes_.size()) return size_t{0};
  const size_t length = std::min<size_t>(into.size(), bytes_.size() - offset);
  std::memcpy(into.data(), bytes_.data() + offset, length);
  return length;
}

absl::StatusOr<std::string> ReadAll(const Blob& blob, uint64_t max_bytes) {
  if (blob.size() > max_bytes) {
    return absl::ResourceExhaustedError(
        fmt::format("{} bytes are more than the {} allowed", blob.size(), max_bytes));
  }
  std::string bytes(blob.size(), '\0');
  const absl::StatusOr<size_t> length = blob.ReadAt(0, bytes);
  if (!length.ok()) return length.status();
  if (*length != bytes.size()) return absl::DataLossError("the file is shorter than it was");
  return bytes;
}

}  // namespace marquee::imageproc
