// Port to original images and media files, for the routes that serve them unchanged.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "services/gateway/http/message.h"
#include "services/gateway/http/range.h"

namespace marquee::gateway {

struct ArtworkRequest {
  // Either a file, relative to the root of any local source …
  std::string local_path;
  // … or an entry of a posterpack …
  std::string zip;
  std::string entry;
  // … or a path at the source with this name.
  std::string source;
  std::string source_path;
  bool media = false;  // a trailer or a theme song instead of an image
  bool header_only = false;
  std::optional<RangeRequest> range;
};

struct Artwork {
  std::string content_type;
  int64_t content_bytes = -1;  // of `body`; -1: unknown
  int64_t total_bytes = -1;    // of the whole; -1: unknown
  int64_t first_byte = 0;      // offset of `body` in the whole
  std::string validator;       // "": none
  std::optional<absl::Time> last_modified;
  std::shared_ptr<BodyStream> body;  // null if only the header was requested
};

class ArtworkPort {
 public:
  virtual ~ArtworkPort() = default;
  // kInvalidArgument, kNotFound, kPermissionDenied, kFailedPrecondition (not the expected type of
  // file), kResourceExhausted, kUnavailable, kDeadlineExceeded. Destroying the body ends the
  // transfer.
  virtual asio::awaitable<absl::StatusOr<Artwork>> Fetch(ArtworkRequest request,
                                                         std::stop_token stop) = 0;
};

}  // namespace marquee::gateway
