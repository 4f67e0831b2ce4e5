#include "services/imageproc/transform/container/spliced_blob.h"

#include <algorithm>
#include <cstring>

#include "libs/base/status.h"

namespace marquee::imageproc {

void Splice::AddRange(uint64_t offset, uint64_t size) {
  if (size == 0) return;
  if (!pieces_.empty()) {
    Piece& last = pieces_.back();
    if (last.literal.empty() && last.offset + last.size == offset) {
      last.size += size;
      return;
    }
  }
  pieces_.push_back({.offset = offset, .size = size, .literal = {}});
}

void Splice::AddLiteral(std::string bytes) {
  if (bytes.empty()) return;
  const uint64_t size = bytes.size();
  pieces_.push_back({.offset = 0, .size = size, .literal = std::move(bytes)});
}

uint64_t Splice::size() const {
  uint64_t size = 0;
  for (const Piece& piece : pieces_) size += piece.size;
  return size;
}

Splice Splice::Prefix(uint64_t size) const {
  Splice prefix;
  for (const Piece& piece : pieces_) {
    const uint64_t part = std::min(piece.size, size);
    if (piece.literal.empty()) {
      prefix.AddRange(piece.offset, part);
    } else {
      prefix.AddLiteral(piece.literal.substr(0, part));
    }
    size -= part;
  }
  return prefix;
}

SplicedBlob::SplicedBlob(const Blob& original, const Splice& splice)
    : original_(original), splice_(splice) {
  begins_.reserve(splice.pieces().size());
  for (const Splice::Piece& piece : splice.pieces()) {
    begins_.push_back(size_);
    size_ += piece.size;
  }
}

absl::StatusOr<size_t> SplicedBlob::ReadAt(uint64_t offset, std::span<char> into) const {
  size_t done = 0;
  if (offset >= size_) return done;
  auto index = static_cast<size_t>(std::upper_bound(begins_.begin(), begins_.end(), offset) -
                                   begins_.begin() - 1);
  for (; done < into.size() && index < begins_.size(); ++index) {
    const Splice::Piece& piece = splice_.pieces()[index];
    const uint64_t inside = offset + done - begins_[index];
    const auto want =
        static_cast<size_t>(std::min<uint64_t>(piece.size - inside, into.size() - done));
    if (!piece.literal.empty()) {
      std::memcpy(into.data() + done, piece.literal.data() + inside, want);
      done += want;
      continue;
    }
    MARQUEE_ASSIGN_OR_RETURN(const size_t got,
                             original_.ReadAt(piece.offset + inside, into.subspan(done, want)));
    done += got;
    if (got < want) break;  // the original became shorter
  }
  return done;
}

}  // namespace marquee::imageproc
