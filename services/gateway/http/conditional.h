// Evaluates the conditions and the range of a request (RFC 9110 sections 13 and 14) and turns the
// full response into a 304, 412, 206 or 416 where they require it.
#pragma once

#include <absl/time/time.h>

#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// Applies to GET and HEAD with status 200, in the order of section 13.2.2. Each condition is
// evaluated only if the response has the validator that it needs:
//   If-Match, else If-Unmodified-Since      412 when the condition is false
//   If-None-Match, else If-Modified-Since   304 without a body; caching fields are kept
//   Range, body in memory                   206, or 416 with Content-Range "bytes */size" and
//                                           no-store; the range is ignored if If-Range names
//                                           another tag or a date
// Any other response is left unchanged. A 200 whose body supports ranges gets Accept-Ranges.
void ApplyConditions(const Request& request, Response& answer, absl::Time now);

// Whether the client that sent `request` already has the representation with these validators (""
// for one that does not exist). If-Modified-Since is ignored when If-None-Match is present (section
// 13.1.3), even if no tag matches. A date that is invalid or present several times is ignored.
bool IsNotModified(const Request& request, std::string_view etag, std::string_view last_modified,
                   absl::Time now);

}  // namespace marquee::gateway
