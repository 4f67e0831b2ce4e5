// Groups IP addresses into clients for rate limits.
#pragma once

#include <string>
#include <string_view>

namespace marquee::base {

// Prefix lengths of an IPv6 address that count as one client: a host chooses the lower 64 bits
// freely (RFC 4291 section 2.5.4). A site gets a /48 (RFC 6177), so one attacker may have 65,536
// networks of 64 bits.
inline constexpr int kHostBits = 64;
inline constexpr int kSiteBits = 48;

// An IPv4 address ("192.0.2.1") is returned unchanged, an IPv6 address is cut to `ipv6_bits`
// ("2001:db8::/64"), an IPv4-mapped one becomes its IPv4 address. Text that is not an address is
// returned unchanged.
std::string AddressKey(std::string_view address, int ipv6_bits = kHostBits);

}  // namespace marquee::base
