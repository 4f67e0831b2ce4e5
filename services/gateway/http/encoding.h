// Which content coding a client takes (RFC 9110 section 12.5.3).
#pragma once

#include <string_view>

namespace marquee::gateway {

enum class Coding { kIdentity, kGzip, kBrotli };

// The Content-Encoding token; "" for identity.
std::string_view CodingName(Coding coding);

// The best coding that `accept_encoding` allows: brotli before gzip before none where the weights
// are equal. An absent field means identity, since curl and simple displays send none.
Coding ChooseCoding(std::string_view accept_encoding);

// The weight (0…1000) that an Accept-like list gives `token`, with "*" as fallback; -1 when
// neither is named.
int WeightOf(std::string_view list, std::string_view token);

}  // namespace marquee::gateway
