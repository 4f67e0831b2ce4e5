// Classifies IP addresses to decide which may be contacted. Checked when the connection is made,
// with the address that the socket really uses, so that a name which resolves differently the
// second time (DNS rebinding) gains nothing.
#pragma once

#include <string>
#include <string_view>

struct sockaddr;

namespace marquee::httpc {

enum class AddressKind {
  kPublic,      // globally reachable unicast
  kLocal,       // loopback, private, link-local, shared (RFC 6598), documentation, benchmarking …
  kNotUnicast,  // multicast, broadcast, unspecified, or not an IP address
};

// Special-purpose registries of IANA (RFC 6890). An IPv4 address embedded in an IPv6 one (mapped,
// compatible, translated, NAT64, 6to4, ISATAP) is classified by the embedded address. Teredo, which
// obfuscates it, and everything outside 2000::/3 are kLocal.
AddressKind KindOf(const sockaddr& address);

// The same for a numeric address as text, without brackets; kNotUnicast if it is not an address.
AddressKind KindOfText(std::string_view address);

// `10.0.0.5` or `fd00::1`; "?" if it is not an IP address.
std::string TextOf(const sockaddr& address);

}  // namespace marquee::httpc
