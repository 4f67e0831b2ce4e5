// Turns a full answer into what the request's conditions ask for.
#pragma once

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// For GET and HEAD answered 200 with an ETag:
//   If-None-Match names it           304 without a body; caching fields stay
//   Range, body in memory            206, or 416 with Content-Range "bytes */size"; If-Range that
//                                    names another tag (or a date) turns the range off
// Any other answer stays as it is. A 200 that could be ranged gets Accept-Ranges.
void ApplyConditions(const Request& request, Response& answer);

}  // namespace marquee::gateway
