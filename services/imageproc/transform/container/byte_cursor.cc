#include "services/imageproc/transform/container/byte_cursor.h"

#include <algorithm>

#include "libs/base/status.h"

namespace marquee::imageproc {
namespace {

absl::Status EndsBefore() { return absl::FailedPreconditionError("cannot be decoded: cut off"); }

uint64_t Byte(std::string_view bytes, size_t at) { return static_cast<unsigned char>(bytes[at]); }

uint64_t BigEndian(std::string_view bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | Byte(bytes, i);
  return value;
}

uint64_t LittleEndian(std::string_view bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | Byte(bytes, i);
  return value;
}

}  // namespace

absl::Status ByteCursor::Fill(uint64_t offset) {
  if (offset >= size_) return EndsBefore();
  window_.resize(kWindow);
  filled_ = 0;
  MARQUEE_ASSIGN_OR_RETURN(filled_, blob_.ReadAt(offset, window_));
  begin_ = offset;
  return filled_ == 0 ? EndsBefore() : absl::OkStatus();
}

absl::StatusOr<std::string_view> ByteCursor::At(uint64_t offset, size_t count) {
  if (count > kWindow || LeftAt(offset) < count) return EndsBefore();
  if (offset < begin_ || offset + count > begin_ + filled_) MARQUEE_RETURN_IF_ERROR(Fill(offset));
  if (offset + count > begin_ + filled_) return EndsBefore();
  return std::string_view(window_.data() + (offset - begin_), count);
}

absl::StatusOr<std::string_view> ByteCursor::Some(uint64_t offset) {
  if (offset < begin_ || offset >= begin_ + filled_) MARQUEE_RETURN_IF_ERROR(Fill(offset));
  return std::string_view(window_.data() + (offset - begin_), filled_ - (offset - begin_));
}

absl::StatusOr<std::string> ByteCursor::Copy(uint64_t offset, size_t count) {
  if (LeftAt(offset) < count) return EndsBefore();
  std::string bytes(count, '\0');
  MARQUEE_ASSIGN_OR_RETURN(const size_t got, blob_.ReadAt(offset, bytes));
  if (got < count) return EndsBefore();
  return bytes;
}

uint32_t BigEndian16(std::string_view bytes) { return static_cast<uint32_t>(BigEndian(bytes, 2)); }
uint32_t BigEndian32(std::string_view bytes) { return static_cast<uint32_t>(BigEndian(bytes, 4)); }
uint64_t BigEndian64(std::string_view bytes) { return BigEndian(bytes, 8); }
uint32_t LittleEndian16(std::string_view bytes) {
  return static_cast<uint32_t>(LittleEndian(bytes, 2));
}
uint32_t LittleEndian24(std::string_view bytes) {
  return static_cast<uint32_t>(LittleEndian(bytes, 3));
}
uint32_t LittleEndian32(std::string_view bytes) {
  return static_cast<uint32_t>(LittleEndian(bytes, 4));
}

}  // namespace marquee::imageproc
