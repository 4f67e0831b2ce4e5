// An original as it lies in its tier, on disk or in memory: decoding reads from here, so that it
// need not be held in memory whole.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace marquee::imageproc {

// Bytes at rest. Thread-safe; stays readable after its entry was evicted.
class Blob {
 public:
  virtual ~Blob() = default;
  virtual uint64_t size() const = 0;
  // Fills `into` from `offset`; returns how many bytes that was, less only at the end.
  // kUnavailable: the disk does not answer.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> into) const = 0;
};

class MemoryBlob final : public Blob {
 public:
  explicit MemoryBlob(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> into) const override;

 private:
  const std::string bytes_;
};

// The whole blob. kResourceExhausted when it is larger than `max_bytes`.
absl::StatusOr<std::string> ReadAll(const Blob& blob, uint64_t max_bytes);

struct Original {
  std::shared_ptr<const Blob> blob;
  std::string validator;  // the origin's, for asking whether it changed; may be empty
  std::string digest;     // of the bytes
  absl::Time fetched_at;  // or last confirmed by the origin

  // Another source of the same title gave it, since the one asked for failed
  // (playlist/v1/artwork_service.proto).
  bool is_substitute() const { return validator.starts_with("substitute:"); }
};

}  // namespace marquee::imageproc
