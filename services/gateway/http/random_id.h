// Unpredictable identifiers from the kernel's random number generator.
#pragma once

#include <string>

namespace marquee::gateway {

// A version 4 UUID (RFC 9562) in lower case.
std::string RandomUuid();

}  // namespace marquee::gateway
