// Parses the two JSON files that may describe a local image: metadata.json inside a posterpack, and
// the sidecar `<file>.poster.json`. Pure functions from bytes to fields.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

// Larger files are not read.
inline constexpr size_t kMaxMetadataBytes = size_t{1} << 20;

struct LocalMetadata {
  Item item;              // only descriptive fields; no key, no artwork
  std::string source_id;  // id of the title at the server from which it was exported; may be empty
};

// `json` in any encoding supported by DecodeText: with a byte order mark, UTF-16, windows-1252.
// kFailedPrecondition: not a JSON object. A field of the wrong type counts as absent.
absl::StatusOr<LocalMetadata> ParsePackMetadata(std::string_view json);
absl::StatusOr<LocalMetadata> ParseSidecar(std::string_view json);

// Copies fields that are absent in `item` from `from`; never replaces a value, and never sets key
// or id.
void FillAbsent(const Item& from, Item* item);

}  // namespace marquee::playlist
