// Identifiers nobody can guess, from the kernel's random numbers.
#pragma once

#include <string>

namespace marquee::gateway {

// A version 4 UUID (RFC 9562), lower case.
std::string RandomUuid();

}  // namespace marquee::gateway
