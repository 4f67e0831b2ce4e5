// The port through which the bytes of artwork leave a source: a picture, or a trailer or theme.
// Implemented once a source; the rules that bind all of them (size, type, form of the path) are
// kept by artwork/artwork_fetcher.h, which is the only caller.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"

namespace marquee::playlist {

// A part of a body, as in RFC 9110 section 14.
struct ByteRange {
  int64_t first = 0;                 // negative: that many last bytes, and `last` is ignored
  std::optional<int64_t> last = {};  // inclusive; empty: to the end

  bool operator==(const ByteRange&) const = default;
};

enum class ArtworkKind {
  kImage,  // a picture, whole
  kMedia,  // a trailer or theme, perhaps a part of it
};

struct ArtworkRequest {
  // In the terms of the source, beginning with one `/`, no `..` segment, no control character, not
  // percent-encoded; may carry the query the source itself put there.
  std::string path = {};
  ArtworkKind kind = ArtworkKind::kImage;
  std::optional<ByteRange> range = {};  // an origin that cannot do ranges may send the whole
  bool header_only = false;
  std::string if_validator = {};  // not empty: send no body when the validator is still this one
};

struct ArtworkHeader {
  bool not_modified = false;              // if_validator still holds; nothing follows
  std::string content_type;               // as the origin says; empty when it says none
  uint64_t first_byte = 0;                // offset of what follows within the whole
  std::optional<uint64_t> content_bytes;  // length of what follows; empty: unknown before its end
  std::optional<uint64_t> total_bytes;    // length of the whole; empty: unknown
  std::string validator;                  // strong, of the whole; empty when the origin has none
  absl::Time last_modified = absl::InfinitePast();  // InfinitePast: unknown
};

// Takes what an origin sends, on the thread that called Open. An error ends the transfer and is
// what Open returns.
class ArtworkSink {
 public:
  virtual ~ArtworkSink() = default;
  // Exactly once, before any chunk.
  virtual absl::Status OnHeader(const ArtworkHeader& header) = 0;
  // The bytes live for the call. May block until the reader has room: an origin that cannot pause
  // must bound what it holds.
  virtual absl::Status OnChunk(std::string_view bytes) = 0;
};

// Thread-safe.
class ArtworkOrigin {
 public:
  virtual ~ArtworkOrigin() = default;
  // Sends the header and the body into `sink`; returns when all of it has been taken, or at the
  // first error. OK only if the body was complete.
  //   kNotFound            the source has no such picture
  //   kPermissionDenied    the path leads out of what the source may show
  //   kFailedPrecondition  what is there is not what the kind asks for
  //   kOutOfRange          the range begins behind the end
  //   kUnavailable         the source is away or answered with a failure; stale bytes are better
  //   kDeadlineExceeded, kCancelled   as `context` says; looked at between chunks at the latest
  virtual absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                            ArtworkSink& sink) = 0;
  // How large a picture of this source may be.
  virtual uint64_t max_image_bytes() const { return uint64_t{20} << 20; }
};

}  // namespace marquee::playlist
