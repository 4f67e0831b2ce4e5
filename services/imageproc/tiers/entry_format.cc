#include "services/imageproc/tiers/entry_format.h"

#include <xxhash.h>

#include <bit>
#include <cstring>
#include <limits>

namespace marquee::imageproc {
namespace {

static_assert(std::endian::native == std::endian::little, "integers are written in memory order");

constexpr std::string_view kMagic = "MARQUEE1";
constexpr size_t kDigestCharacters = 32;

template <class Int>
void Append(std::string& out, Int value) {
  char bytes[sizeof(Int)];
  std::memcpy(bytes, &value, sizeof(Int));
  out.append(bytes, sizeof(Int));
}

void AppendText(std::string& out, std::string_view text) {
  Append(out, static_cast<uint32_t>(text.size()));
  out += text;
}

// Reads values from the front of untrusted bytes; reports at the end whether all reads were in
// bounds.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  template <class Int>
  Int Take() {
    Int value{};
    if (const std::string_view bytes = TakeBytes(sizeof(Int)); bytes.size() == sizeof(Int)) {
      std::memcpy(&value, bytes.data(), sizeof(Int));
    }
    return value;
  }
  std::string TakeText() { return std::string(TakeBytes(Take<uint32_t>())); }
  std::string_view TakeBytes(size_t count) {
    if (count > rest_.size()) {
      short_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }
  bool TookAll() const { return !short_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool short_ = false;
};

// An infinite time becomes the largest value and is read back as infinite.
int64_t Nanos(absl::Time time) { return absl::ToUnixNanos(time); }

absl::Time FromNanos(int64_t nanos) {
  if (nanos == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  return absl::FromUnixNanos(nanos);
}

std::string Encode(const EntryDescription& description) {
  std::string out;
  AppendText(out, description.key);
  Append(out, Nanos(description.created_at));
  Append(out, Nanos(description.fresh_until));
  for (const std::string* text : {&description.content_type, &description.etag,
                                  &description.original_digest, &description.validator}) {
    AppendText(out, *text);
  }
  Append(out, static_cast<int32_t>(description.width_px));
  Append(out, static_cast<int32_t>(description.height_px));
  return out;
}

absl::Status Damaged() { return absl::DataLossError("damaged"); }

}  // namespace

std::string EncodeConfirmedAt(absl::Time time) {
  std::string out;
  Append(out, Nanos(time));
  return out;
}

std::string EncodeEntryHead(const EntryDescription& description, uint64_t body_bytes,
                            const std::string& body_digest, absl::Time confirmed_at) {
  const std::string described = Encode(description);
  std::string out(kMagic);
  Append(out, static_cast<uint32_t>(described.size()));
  Append(out, uint32_t{0});
  Append(out, body_bytes);
  out += EncodeConfirmedAt(confirmed_at);
  Append(out, static_cast<uint64_t>(XXH3_64bits(described.data(), described.size())));
  out += body_digest;
  out += described;
  return out;
}

absl::StatusOr<EntryHeader> DecodeEntryHead(std::string_view head, uint64_t file_bytes) {
  FieldReader fixed(head.substr(0, kEntryFixedBytes));
  if (fixed.TakeBytes(kMagic.size()) != kMagic) return Damaged();
  const auto described_bytes = fixed.Take<uint32_t>();
  const auto zero = fixed.Take<uint32_t>();
  EntryHeader entry;
  entry.body_bytes = fixed.Take<uint64_t>();
  entry.confirmed_at = FromNanos(fixed.Take<int64_t>());
  const auto checksum = fixed.Take<uint64_t>();
  entry.body_digest = fixed.TakeBytes(kDigestCharacters);
  if (!fixed.TookAll() || zero != 0 || described_bytes > kMaxDescriptionBytes) return Damaged();
  entry.body_offset = kEntryFixedBytes + described_bytes;
  if (entry.body_offset > file_bytes || entry.body_bytes != file_bytes - entry.body_offset) {
    return Damaged();
  }
  const std::string_view described = head.substr(kEntryFixedBytes).substr(0, described_bytes);
  if (described.size() != described_bytes ||
      XXH3_64bits(described.data(), described.size()) != checksum) {
    return Damaged();
  }

  FieldReader reader(described);
  EntryDescription& description = entry.description;
  description.key = reader.TakeText();
  description.created_at = FromNanos(reader.Take<int64_t>());
  description.fresh_until = FromNanos(reader.Take<int64_t>());
  for (std::string* text : {&description.content_type, &description.etag,
                            &description.original_digest, &description.validator}) {
    *text = reader.TakeText();
  }
  description.width_px = reader.Take<int32_t>();
  description.height_px = reader.Take<int32_t>();
  if (!reader.TookAll()) return Damaged();
  return entry;
}

}  // namespace marquee::imageproc
