// Which addresses may be contacted. Asked when the connection is made, with the address that the
// socket will really use, so that a name which resolves differently the second time gains nothing.
#pragma once

#include <string>
#include <string_view>

struct sockaddr;

namespace marquee::httpc {

enum class AddressKind {
  kPublic,     // globally reachable unicast
  kLocal,      // loopback, private, link-local, shared (RFC 6598), documentation, benchmarking …
  kNoUnicast,  // multicast, broadcast, unspecified, or no IP address at all
};

// Special-purpose registries of IANA (RFC 6890). An IPv4 address inside an IPv6 one (mapped,
// compatible, translated, NAT64, 6to4, ISATAP) counts as what it is inside; Teredo, whose inside
// is scrambled, and all that is not 2000::/3 count as kLocal.
AddressKind KindOf(const sockaddr& address);

// The same for a numeric address as text, without brackets; kNoUnicast when it is none.
AddressKind KindOfText(std::string_view address);

// `10.0.0.5` or `fd00::1`; "?" for what is no IP address.
std::string TextOf(const sockaddr& address);

}  // namespace marquee::httpc
