// An original in its tier, on disk or in memory. Decoders read from it, so that it never needs to
// be in memory as a whole.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace marquee::imageproc {

// Immutable bytes. Thread-safe; stays readable after its entry was evicted.
class Blob {
 public:
  virtual ~Blob() = default;
  virtual uint64_t size() const = 0;
  // Fills `into` from `offset` and returns the number of bytes read, which is less than requested
  // only at the end. kUnavailable: the disk cannot be read.
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

// Reads the whole blob. kResourceExhausted: it is larger than `max_bytes`.
absl::StatusOr<std::string> ReadAll(const Blob& blob, uint64_t max_bytes);

struct Original {
  std::shared_ptr<const Blob> blob;
  std::string validator;  // of the origin, for revalidation; may be empty
  std::string digest;     // of the bytes
  absl::Time fetched_at;  // or last confirmed by the origin

  // True if another source with the same title supplied it because the requested one failed
  // (playlist/v1/artwork_service.proto).
  bool is_substitute() const { return validator.starts_with("substitute:"); }
};

}  // namespace marquee::imageproc
