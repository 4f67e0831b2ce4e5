#include "services/imageproc/transform/container/heif_boxes.h"

#include "libs/base/status.h"
#include "services/imageproc/transform/container/container.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kBoxHead = 8;
constexpr size_t kFullBoxHead = 4;  // version and flags

absl::Status TooMany(std::string_view what) {
  return Damaged(std::string("the HEIF box ") + std::string(what) +
                 " claims more than it contains");
}

// Version in the first byte, flags in the other three.
struct FullBox {
  explicit FullBox(std::string_view body) : reader(body) {
    const uint64_t head = reader.Number(kFullBoxHead);
    version = static_cast<int>(head >> 24U);
    flags = static_cast<uint32_t>(head & 0xffffffU);
  }
  BoxReader reader;
  int version = 0;
  uint32_t flags = 0;
};

absl::Status ReadItems(std::string_view body, std::string_view meta, HeifMeta& heif) {
  FullBox box(body);
  box.reader.Skip(box.version == 0 ? 2 : 4);  // the count, which is implied by the boxes
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Box> entries, BoxesIn(box.reader.rest(), meta));
  for (const Box& entry : entries) {
    FullBox infe(entry.body);
    if (entry.type != "infe" || infe.version < 2) continue;
    const uint64_t id = infe.reader.Number(infe.version == 2 ? 2 : 4);
    infe.reader.Skip(2);
    const std::string_view type = infe.reader.Text(4);
    if (infe.reader.failed()) return TooMany("infe");
    HeifMeta::Item& item = heif.items[id];
    item.type = type;
    item.type_offset = static_cast<size_t>(type.data() - meta.data());
  }
  return absl::OkStatus();
}

absl::Status ReadReferences(std::string_view body, std::string_view meta, HeifMeta& heif) {
  FullBox box(body);
  const size_t id_bytes = box.version == 0 ? 2 : 4;
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Box> references, BoxesIn(box.reader.rest(), meta));
  for (const Box& reference : references) {
    BoxReader reader(reference.body);
    const uint64_t from = reader.Number(id_bytes);
    const uint64_t count = reader.Number(2);
    if (reader.failed() || reader.rest().size() < count * id_bytes) return TooMany("iref");
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t to = reader.Number(id_bytes);
      const auto item = reference.type == "auxl" ? heif.items.find(to) : heif.items.end();
      if (item != heif.items.end()) item->second.auxiliaries.push_back(from);
    }
  }
  return absl::OkStatus();
}

absl::Status ReadAssociations(std::string_view body, HeifMeta& heif) {
  FullBox box(body);
  const size_t id_bytes = box.version == 0 ? 2 : 4;
  const bool wide = (box.flags & 1U) != 0;
  const uint64_t count = box.reader.Number(4);
  if (count > box.reader.rest().size() / (id_bytes + 1)) return TooMany("ipma");
  for (uint64_t i = 0; i < count; ++i) {
    const auto item = heif.items.find(box.reader.Number(id_bytes));
    const uint64_t properties = box.reader.Number(1);
    if (properties * (wide ? 2 : 1) > box.reader.rest().size()) return TooMany("ipma");
    for (uint64_t p = 0; p < properties; ++p) {
      const uint64_t index = box.reader.Number(wide ? 2 : 1) & (wide ? 0x7fffU : 0x7fU);
      if (index > heif.properties.size()) return TooMany("ipma");
      if (index == 0 || item == heif.items.end()) continue;
      item->second.properties.push_back(static_cast<size_t>(index) - 1);
    }
  }
  return box.reader.failed() ? TooMany("ipma") : absl::OkStatus();
}

absl::Status ReadProperties(std::string_view body, std::string_view meta, HeifMeta& heif) {
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Box> boxes, BoxesIn(body, meta));
  for (const Box& box : boxes) {
    if (box.type != "ipco") continue;
    MARQUEE_ASSIGN_OR_RETURN(heif.properties, BoxesIn(box.body, meta));
  }
  for (const Box& box : boxes) {
    if (box.type == "ipma") MARQUEE_RETURN_IF_ERROR(ReadAssociations(box.body, heif));
  }
  return absl::OkStatus();
}

// Checks that all items are inside the file; their locations are not stored.
absl::Status CheckLocations(std::string_view body, uint64_t file_bytes, uint64_t idat_bytes) {
  FullBox box(body);
  BoxReader& reader = box.reader;
  const uint64_t sizes = reader.Number(2);
  const size_t offset_bytes = sizes >> 12U & 15U;
  const size_t length_bytes = sizes >> 8U & 15U;
  const size_t base_bytes = sizes >> 4U & 15U;
  const size_t index_bytes = box.version == 0 ? 0 : sizes & 15U;
  if (offset_bytes > 8 || length_bytes > 8 || base_bytes > 8 || index_bytes > 8) {
    return TooMany("iloc");
  }
  const uint64_t count = reader.Number(box.version < 2 ? 2 : 4);
  const size_t extent_bytes = index_bytes + offset_bytes + length_bytes;
  for (uint64_t i = 0; i < count; ++i) {
    reader.Skip(box.version < 2 ? 2 : 4);
    const uint64_t method = box.version == 0 ? 0 : reader.Number(2) & 15U;
    reader.Skip(2);
    const uint64_t base = reader.Number(base_bytes);
    const uint64_t extents = reader.Number(2);
    if (reader.failed() || extents * extent_bytes > reader.rest().size()) return TooMany("iloc");
    const uint64_t limit = method == 0 ? file_bytes : method == 1 ? idat_bytes : 0;
    for (uint64_t e = 0; e < extents && method < 2; ++e) {
      reader.Skip(index_bytes);
      const uint64_t offset = reader.Number(offset_bytes);
      const uint64_t length = reader.Number(length_bytes);
      if (base > limit || offset > limit - base || length > limit - base - offset) {
        return TooLong("a HEIF item", base + offset, length);
      }
    }
    if (method >= 2) return Damaged("a HEIF item is built from other items");
  }
  return absl::OkStatus();
}

}  // namespace

uint64_t BoxReader::Number(size_t bytes) {
  uint64_t value = 0;
  for (const char c : Text(bytes)) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

std::string_view BoxReader::Text(size_t bytes) {
  if (bytes > body_.size()) {
    failed_ = true;
    body_ = {};
    return {};
  }
  const std::string_view text = body_.substr(0, bytes);
  body_.remove_prefix(bytes);
  return text;
}

absl::StatusOr<std::vector<Box>> BoxesIn(std::string_view body, std::string_view meta) {
  std::vector<Box> boxes;
  while (body.size() >= kBoxHead) {
    BoxReader reader(body);
    uint64_t size = reader.Number(4);
    const std::string_view type = reader.Text(4);
    const size_t offset = static_cast<size_t>(type.data() - meta.data());
    if (size == 1) size = reader.Number(8);
    if (size == 0) size = body.size();
    const size_t head = body.size() - reader.rest().size();
    if (reader.failed() || size < head || size > body.size()) {
      return TooLong("the HEIF box " + std::string(type), offset, size);
    }
    boxes.push_back({.type = type, .body = body.substr(head, size - head), .offset = offset});
    body.remove_prefix(size);
  }
  return boxes;
}

absl::StatusOr<HeifMeta> ReadHeifMeta(std::string_view meta, uint64_t file_bytes) {
  HeifMeta heif;
  if (meta.size() < kFullBoxHead) return TooMany("meta");
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Box> boxes, BoxesIn(meta.substr(kFullBoxHead), meta));
  uint64_t idat_bytes = 0;
  // Items first: references to unlisted items are ignored.
  for (const Box& box : boxes) {
    if (box.type == "iinf") MARQUEE_RETURN_IF_ERROR(ReadItems(box.body, meta, heif));
  }
  for (const Box& box : boxes) {
    if (box.type == "idat") idat_bytes = box.body.size();
    if (box.type == "iprp") MARQUEE_RETURN_IF_ERROR(ReadProperties(box.body, meta, heif));
    if (box.type == "iref") MARQUEE_RETURN_IF_ERROR(ReadReferences(box.body, meta, heif));
    if (box.type == "pitm") {
      FullBox primary(box.body);
      heif.primary = primary.reader.Number(primary.version == 0 ? 2 : 4);
    }
  }
  for (const Box& box : boxes) {
    if (box.type != "iloc") continue;
    MARQUEE_RETURN_IF_ERROR(CheckLocations(box.body, file_bytes, idat_bytes));
  }
  return heif;
}

}  // namespace marquee::imageproc
