// Port through which the bytes of artwork are read from a source: an image, trailer or theme.
// Implemented once per source; the rules for all of them (size, type, form of the path) are
// enforced by artwork/artwork_fetcher.h, the only caller.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"

namespace marquee::playlist {

// A range of a body, as in RFC 9110 section 14.
struct ByteRange {
  int64_t first = 0;                 // negative: that many bytes at the end; `last` is ignored
  std::optional<int64_t> last = {};  // inclusive; empty: to the end

  bool operator==(const ByteRange&) const = default;
};

enum class ArtworkKind {
  kImage,  // a whole image
  kMedia,  // a trailer or theme, possibly a range of it
};

struct ArtworkRequest {
  // Path at the source, beginning with one `/`, without `..` segments and control characters, not
  // percent-encoded; may contain a query created by the source itself.
  std::string path = {};
  ArtworkKind kind = ArtworkKind::kImage;
  std::optional<ByteRange> range = {};  // origins without range support may send the whole
  bool header_only = false;
  std::string if_validator = {};  // not empty: send no body if the validator still matches
};

struct ArtworkHeader {
  bool not_modified = false;                        // if_validator matches; no body follows
  std::string content_type;                         // as stated by the origin; empty: not stated
  uint64_t first_byte = 0;                          // offset of the body within the whole
  std::optional<uint64_t> content_bytes;            // length of the body; empty: unknown
  std::optional<uint64_t> total_bytes;              // length of the whole; empty: unknown
  std::string validator;                            // strong, of the whole; empty: none
  absl::Time last_modified = absl::InfinitePast();  // InfinitePast: unknown
};

// Receives header and body on the thread that called Open. An error it returns ends the transfer
// and is returned by Open.
class ArtworkSink {
 public:
  virtual ~ArtworkSink() = default;
  // Called exactly once, before any chunk.
  virtual absl::Status OnHeader(const ArtworkHeader& header) = 0;
  // `bytes` are valid during the call. May block for backpressure: an origin that cannot pause must
  // bound its buffer.
  virtual absl::Status OnChunk(std::string_view bytes) = 0;
};

// Thread-safe.
class ArtworkOrigin {
 public:
  virtual ~ArtworkOrigin() = default;
  // Writes header and body to `sink`; returns after the last byte was accepted, or at the first
  // error. OK only if the body was complete.
  //   kNotFound            the source has no such artwork
  //   kPermissionDenied    the path is outside of what the source may serve
  //   kFailedPrecondition  the object is not of the requested kind
  //   kOutOfRange          the range begins after the end
  //   kUnavailable         the source is unavailable or failed; stale bytes are better
  //   kDeadlineExceeded, kCancelled   from `context`, checked at least between chunks
  virtual absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                            ArtworkSink& sink) = 0;
  // Maximum size of an image of this source.
  virtual uint64_t max_image_bytes() const { return uint64_t{20} << 20; }
};

}  // namespace marquee::playlist
