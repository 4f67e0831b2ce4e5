// Where originals come from. The image service has no way out of its own: the playlist service
// fetches for it, checks addresses and holds tokens.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "services/imageproc/model/image_key.h"

namespace marquee::imageproc {

struct ArtworkHeader {
  std::string validator;       // the origin's own, opaque; empty when it has none
  bool not_modified = false;   // what the caller holds is still good; no bytes follow
  int64_t content_bytes = -1;  // that follow; below zero: the origin does not say
};

// Takes what arrives, in order, on the thread that called Fetch. An error ends the fetch with it.
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
  // Blocks until the original has gone to `sink`, or the context ends. `if_validator`: of what the
  // caller holds; empty: nothing. kNotFound, kPermissionDenied, kInvalidArgument: there is no such
  // picture for us. kFailedPrecondition: what is there is none, or too large. kUnavailable,
  // kDeadlineExceeded, kResourceExhausted: worth trying again later.
  virtual absl::Status Fetch(const OriginalKey& key, const std::string& if_validator,
                             const base::CallContext& context, ArtworkSink& sink) = 0;
};

}  // namespace marquee::imageproc
