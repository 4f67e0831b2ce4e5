// A finished picture, as tiers hold it and displays get it.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

namespace marquee::imageproc {

struct CachedImage {
  std::shared_ptr<const std::string> bytes;  // never null in a tier; shared by all who send it
  std::string content_type;                  // image/…
  int width_px = 0;
  int height_px = 0;
  std::string etag;             // strong, without quotes: of the key and the original's bytes
  std::string original_digest;  // of the original's bytes; equal means: made from the same picture
  absl::Time created_at;
  absl::Time
      fresh_until;  // past it the origin is asked again; infinite where the key has a version
};

}  // namespace marquee::imageproc
