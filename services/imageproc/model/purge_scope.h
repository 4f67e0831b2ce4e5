// Selects the images to remove from the tiers by matching the texts of their keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "services/imageproc/model/image_key.h"

namespace marquee::imageproc {

class PurgeScope {
 public:
  static PurgeScope All() { return PurgeScope(""); }
  static PurgeScope OfSource(const std::string& source);
  // All versions of an original; if the key has an artwork version, only that version.
  static PurgeScope OfOriginal(const OriginalKey& key);

  bool all() const { return prefix_.empty(); }
  // `text`: OriginalKey::Text().
  bool CoversOriginal(std::string_view text) const { return text.starts_with(prefix_); }
  // `text`: ImageKey::Text().
  bool CoversImage(std::string_view text) const;

 private:
  explicit PurgeScope(std::string prefix) : prefix_(std::move(prefix)) {}

  const std::string prefix_;  // of OriginalKey::Text(), which separates fields by their lengths
};

// Result of a purge.
struct Purged {
  int64_t entries = 0;
  int64_t bytes = 0;

  Purged& operator+=(const Purged& other) {
    entries += other.entries;
    bytes += other.bytes;
    return *this;
  }
};

}  // namespace marquee::imageproc
