// A finished image as stored in tiers and sent to displays.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

namespace marquee::imageproc {

struct CachedImage {
  std::shared_ptr<const std::string> bytes;  // never null in a tier; shared by all responses
  std::string content_type;                  // image/…
  int width_px = 0;
  int height_px = 0;
  std::string etag;  // strong, without quotes: hash of the key and the original's digest
  std::string
      original_digest;  // of the original's bytes; equal digests: made from the same original
  absl::Time created_at;
  absl::Time fresh_until;  // after this the image is revalidated; infinite if the key has a version
};

}  // namespace marquee::imageproc
