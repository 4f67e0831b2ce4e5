// Selects a content coding from Accept-Encoding (RFC 9110 section 12.5.3).
#pragma once

#include <string_view>

namespace marquee::gateway {

enum class Coding { kIdentity, kGzip, kBrotli };

// The Content-Encoding token; "" for identity.
std::string_view CodingName(Coding coding);

// The preferred coding that `accept_encoding` allows; at equal weights brotli is preferred to gzip
// and gzip to identity. An absent field means identity, because curl and simple displays send none.
Coding ChooseCoding(std::string_view accept_encoding);

// The weight (0 to 1000) of `token` in an Accept-like list; "*" is used if `token` is not listed.
// -1: neither is listed.
int WeightOf(std::string_view list, std::string_view token);

}  // namespace marquee::gateway
