// Settings changed at run time, as versioned documents.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::devices {

inline constexpr std::string_view kDisplayDocument = "display";
inline constexpr std::string_view kPresetsDocument = "presets";
inline constexpr std::string_view kSourcesDocument = "sources";

// One version of a document; version 0 is the empty one that exists before the first write.
struct Document {
  std::string document_id;
  int64_t version = 0;      // starts at 1
  std::string body = "{}";  // JSON object; in the store its secrets are sealed
  std::string author;
  absl::Time created_at = absl::InfinitePast();

  bool operator==(const Document&) const = default;
};

inline constexpr size_t kDocumentVersionsKept = 50;
inline constexpr size_t kMaxDocumentBytes = size_t{1024} * 1024;

}  // namespace marquee::devices
