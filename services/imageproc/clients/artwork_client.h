// Port through which the image service fetches originals. It opens no connections to sources
// itself: the playlist service fetches, checks addresses and holds the tokens.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "services/imageproc/model/image_key.h"

namespace marquee::imageproc {

struct ArtworkHeader {
  std::string validator;       // the origin's ETag or Last-Modified, opaque; empty: it sent none
  bool not_modified = false;   // the copy the caller holds is still valid; no bytes follow
  int64_t content_bytes = -1;  // length of the body; below zero: the origin did not state it
};

// Receives header and bytes in order, on the thread that called Fetch. An error it returns ends the
// fetch with that error.
class ArtworkSink {
 public:
  virtual ~ArtworkSink() = default;
  virtual absl::Status OnHeader(const ArtworkHeader& header) = 0;
  virtual absl::Status OnBytes(std::string_view piece) = 0;
};

// Thread-safe.
class ArtworkClient {
 public:
  virtual ~ArtworkClient() = default;
  // Blocks until the original has been written to `sink` or the context ends. `if_validator`:
  // validator of the copy the caller holds; empty: none. kNotFound, kPermissionDenied,
  // kInvalidArgument: no image is available at this location. kFailedPrecondition: the bytes are
  // not an image, or are too large. kUnavailable, kDeadlineExceeded, kResourceExhausted: worth
  // retrying later.
  virtual absl::Status Fetch(const OriginalKey& key, const std::string& if_validator,
                             const base::CallContext& context, ArtworkSink& sink) = 0;
};

}  // namespace marquee::imageproc
