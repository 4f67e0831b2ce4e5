// Which pictures are to be removed from the tiers, as a question about the texts of their keys.
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
  // Whatever its version; of one version only where the key names one.
  static PurgeScope OfOriginal(const OriginalKey& key);

  bool all() const { return prefix_.empty(); }
  // Of OriginalKey::Text().
  bool CoversOriginal(std::string_view text) const { return text.starts_with(prefix_); }
  // Of ImageKey::Text().
  bool CoversImage(std::string_view text) const;

 private:
  explicit PurgeScope(std::string prefix) : prefix_(std::move(prefix)) {}

  const std::string prefix_;  // of an original's text, in which lengths keep parts apart
};

// What a purge removed.
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
