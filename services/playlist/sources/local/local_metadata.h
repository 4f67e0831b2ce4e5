// Understands the two JSON files that may describe a local picture: metadata.json inside a
// posterpack, and the sidecar `<file>.poster.json`. Pure functions from bytes to fields.
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
  std::string source_id;  // id of the title at the server it was exported from; may be empty
};

// `json` in any encoding that DecodeText knows: with a byte order mark, UTF-16, windows-1252.
// kFailedPrecondition when it is no JSON object. A field of the wrong type counts as absent.
absl::StatusOr<LocalMetadata> ParsePackMetadata(std::string_view json);
absl::StatusOr<LocalMetadata> ParseSidecar(std::string_view json);

// Fills what is absent in `item` from `from`; never replaces a value, never touches key or id.
void FillAbsent(const Item& from, Item* item);

}  // namespace marquee::playlist
