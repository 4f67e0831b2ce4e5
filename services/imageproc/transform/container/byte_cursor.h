// Buffered random access to a Blob for the container parsers: small reads at increasing offsets
// cost one read of the blob per window. Every read is bounds-checked.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "services/imageproc/model/original.h"

namespace marquee::imageproc {

// Not thread-safe. `blob` must outlive it.
class ByteCursor {
 public:
  // Largest count that At accepts.
  static constexpr size_t kWindow = 16 * 1024;

  explicit ByteCursor(const Blob& blob) : blob_(blob), size_(blob.size()) {}

  uint64_t size() const { return size_; }
  // Number of bytes from `offset` to the end.
  uint64_t LeftAt(uint64_t offset) const { return offset < size_ ? size_ - offset : 0; }

  // Exactly `count` bytes, valid until the next call. kFailedPrecondition: the file ends earlier.
  // kUnavailable: the disk cannot be read.
  absl::StatusOr<std::string_view> At(uint64_t offset, size_t count);

  // At least one byte and at most one window at `offset`.
  absl::StatusOr<std::string_view> Some(uint64_t offset);

  // A copy of `count` bytes, for more than a window. Errors as At.
  absl::StatusOr<std::string> Copy(uint64_t offset, size_t count);

 private:
  absl::Status Fill(uint64_t offset);

  const Blob& blob_;
  const uint64_t size_;
  std::vector<char> window_;
  uint64_t begin_ = 0;
  size_t filled_ = 0;
};

// Unsigned integers at the beginning of `bytes`, which must be long enough.
uint32_t BigEndian16(std::string_view bytes);
uint32_t BigEndian32(std::string_view bytes);
uint64_t BigEndian64(std::string_view bytes);
uint32_t LittleEndian16(std::string_view bytes);
uint32_t LittleEndian24(std::string_view bytes);
uint32_t LittleEndian32(std::string_view bytes);

}  // namespace marquee::imageproc
