// Buffered random access to a Blob for the container walkers: small reads at rising offsets cost
// one read of the blob per window. Every read is checked against the bytes that are there.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "services/imageproc/model/original.h"

namespace marquee::imageproc {

// One thread. `blob` must outlive it.
class ByteCursor {
 public:
  // Largest count that At gives.
  static constexpr size_t kWindow = 16 * 1024;

  explicit ByteCursor(const Blob& blob) : blob_(blob), size_(blob.size()) {}

  uint64_t size() const { return size_; }
  // How many bytes lie at and behind `offset`.
  uint64_t LeftAt(uint64_t offset) const { return offset < size_ ? size_ - offset : 0; }

  // Exactly `count` bytes, valid until the next call. kFailedPrecondition: the file ends before;
  // kUnavailable: the disk does not answer.
  absl::StatusOr<std::string_view> At(uint64_t offset, size_t count);

  // At least one byte and at most a window of what lies at `offset`.
  absl::StatusOr<std::string_view> Some(uint64_t offset);

  // `count` bytes as a copy, for what is larger than a window. Errors as At.
  absl::StatusOr<std::string> Copy(uint64_t offset, size_t count);

 private:
  absl::Status Fill(uint64_t offset);

  const Blob& blob_;
  const uint64_t size_;
  std::vector<char> window_;
  uint64_t begin_ = 0;
  size_t filled_ = 0;
};

// Unsigned integers at the beginning of `bytes`, which must hold them.
uint32_t BigEndian16(std::string_view bytes);
uint32_t BigEndian32(std::string_view bytes);
uint64_t BigEndian64(std::string_view bytes);
uint32_t LittleEndian16(std::string_view bytes);
uint32_t LittleEndian24(std::string_view bytes);
uint32_t LittleEndian32(std::string_view bytes);

}  // namespace marquee::imageproc
