// Under which key an address is limited.
#pragma once

#include <string>
#include <string_view>

namespace marquee::gateway {

// An IPv4 address as it is; of an IPv6 address the first 64 bits, since one host has all that are
// below (RFC 4291, 2.5.4). Anything else as it is.
std::string NetworkKey(std::string_view address);

}  // namespace marquee::gateway
