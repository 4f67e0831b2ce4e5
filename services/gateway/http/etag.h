// Validators: strong entity tags made from the bytes, and the conditional requests that use them.
#pragma once

#include <string>
#include <string_view>

namespace marquee::gateway {

// A strong entity tag of these bytes: 32 hex digits in quotes. Each content coding of a resource
// has bytes of its own and so a tag of its own (RFC 9110 section 8.8.3.3).
std::string EtagOf(std::string_view bytes);

// Whether an If-None-Match field value names `etag` (or is "*"). Weak comparison, as RFC 9110
// section 13.1.2 wants it: W/"x" matches "x".
bool IfNoneMatchHas(std::string_view if_none_match, std::string_view etag);

// Whether an If-Match field value names `etag`. Strong comparison (section 13.1.1): nothing matches
// a weak tag, nor does a weak tag match anything. "*" is for the caller.
bool IfMatchHas(std::string_view if_match, std::string_view etag);

}  // namespace marquee::gateway
