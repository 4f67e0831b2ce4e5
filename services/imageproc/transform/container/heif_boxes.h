// Bounded in-memory parser for the boxes of an ISO base media file (ISO/IEC 14496-12, section 4.2).
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::imageproc {

// Reads numbers from the front of a box body. Reads beyond the end return zero and set `failed`.
class BoxReader {
 public:
  explicit BoxReader(std::string_view body) : body_(body) {}

  // `bytes`: 0 to 8.
  uint64_t Number(size_t bytes);
  std::string_view Text(size_t bytes);
  void Skip(size_t bytes) { Text(bytes); }
  std::string_view rest() const { return body_; }
  bool failed() const { return failed_; }

 private:
  std::string_view body_;
  bool failed_ = false;
};

struct Box {
  std::string_view type;
  std::string_view body;
  size_t offset = 0;  // of the type, within the `meta` box
};

// The boxes in `body`, which is part of `meta`. kFailedPrecondition: a box is larger than its
// container.
absl::StatusOr<std::vector<Box>> BoxesIn(std::string_view body, std::string_view meta);

// The used parts of a `meta` box (ISO/IEC 23008-12). Views point into the parsed bytes.
struct HeifMeta {
  uint64_t primary = 0;
  struct Item {
    std::string_view type;
    size_t type_offset = 0;             // within the `meta` box
    std::vector<size_t> properties;     // indices into `properties`
    std::vector<uint64_t> auxiliaries;  // items that belong to this one, such as its transparency
  };
  std::map<uint64_t, Item> items;
  std::vector<Box> properties;
};

// `meta`: body of the box; `file_bytes`: size of the whole file. kFailedPrecondition: a length or
// count exceeds the available bytes, or an item is outside the file.
absl::StatusOr<HeifMeta> ReadHeifMeta(std::string_view meta, uint64_t file_bytes);

}  // namespace marquee::imageproc
