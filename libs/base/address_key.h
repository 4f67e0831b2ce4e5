// Which addresses count as one client where requests are limited.
#pragma once

#include <string>
#include <string_view>

namespace marquee::base {

// Bits of an IPv6 address that stand for one client: a host chooses the other 64 at will (RFC 4291
// section 2.5.4). A site gets 48 (RFC 6177), so one attacker may have 65,536 such networks.
inline constexpr int kHostBits = 64;
inline constexpr int kSiteBits = 48;

// "192.0.2.1" as it is; an IPv6 address without the bits beyond `ipv6_bits` ("2001:db8::/64"); an
// IPv4-mapped one as its IPv4 address. Text that is no address as it is.
std::string AddressKey(std::string_view address, int ipv6_bits = kHostBits);

}  // namespace marquee::base
