// Entity tags computed from the bytes of a response, and their comparison in conditional requests.
#pragma once

#include <string>
#include <string_view>

namespace marquee::gateway {

// The strong entity tag of these bytes: 32 hex digits in quotes. Each content coding of a resource
// has different bytes and so a different tag (RFC 9110 section 8.8.3.3).
std::string EtagOf(std::string_view bytes);

// Whether an If-None-Match field contains `etag` or is "*". Weak comparison (RFC 9110 section
// 13.1.2): W/"x" matches "x".
bool IfNoneMatchHas(std::string_view if_none_match, std::string_view etag);

// Whether an If-Match field contains `etag`. Strong comparison (section 13.1.1): weak tags never
// match. The caller handles "*".
bool IfMatchHas(std::string_view if_match, std::string_view etag);

}  // namespace marquee::gateway
