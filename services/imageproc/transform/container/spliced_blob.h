// A picture's file as decoders get it: ranges of the original and bytes of our own in their place.
// What a decoder does not need (text, XMP, EXIF, thumbnails, later frames) is left out, so that no
// length in it can make a library allocate.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "services/imageproc/model/original.h"

namespace marquee::imageproc {

// In order. Touching ranges become one.
class Splice {
 public:
  struct Piece {
    uint64_t offset = 0;  // in the original
    uint64_t size = 0;
    std::string literal;  // instead of a range, where it is not empty
  };

  // Ranges must lie inside the original.
  void AddRange(uint64_t offset, uint64_t size);
  void AddLiteral(std::string bytes);

  bool empty() const { return pieces_.empty(); }
  const std::vector<Piece>& pieces() const { return pieces_; }
  uint64_t size() const;
  // The same, without what lies behind the first `size` bytes.
  Splice Prefix(uint64_t size) const;

 private:
  std::vector<Piece> pieces_;
};

// Both must outlive it.
class SplicedBlob final : public Blob {
 public:
  SplicedBlob(const Blob& original, const Splice& splice);
  uint64_t size() const override { return size_; }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> into) const override;

 private:
  const Blob& original_;
  const Splice& splice_;
  std::vector<uint64_t> begins_;  // of each piece, in this blob
  uint64_t size_ = 0;
};

}  // namespace marquee::imageproc
