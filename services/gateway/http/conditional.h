// Turns a full answer into what the request's conditions ask for (RFC 9110 section 13).
#pragma once

#include <absl/time/time.h>

#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// For GET and HEAD answered 200, in the order of section 13.2.2, each where the answer has the
// validator that it needs:
//   If-Match, else If-Unmodified-Since      412 when they do not hold
//   If-None-Match, else If-Modified-Since   304 without a body; caching fields stay
//   Range, body in memory                   206, or 416 with Content-Range "bytes */size", which
//                                           is not to be kept; If-Range that names another tag (or
//                                           a date) turns the range off
// Any other answer stays as it is. A 200 that could be ranged gets Accept-Ranges.
void ApplyConditions(const Request& request, Response& answer, absl::Time now);

// Whether a reader that sent `request` has the representation with these validators ("" for one
// that is absent). If-None-Match rules out If-Modified-Since (section 13.1.3), also when it matches
// nothing; a date that cannot be read, or of which there are several, is ignored.
bool IsNotModified(const Request& request, std::string_view etag, std::string_view last_modified,
                   absl::Time now);

}  // namespace marquee::gateway
