// Unguessable, unique identifiers from the kernel's random source.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::devices {

// 16 random bytes as a version 4 UUID in lower case (RFC 4122 section 4.4).
std::string NewUuid();

// `size` random bytes as 2 × size lower-case hex digits.
std::string RandomHex(size_t size);

// True for 36 characters of the form 8-4-4-4-12 in hex digits of either case.
bool IsUuid(std::string_view text);

}  // namespace marquee::devices
