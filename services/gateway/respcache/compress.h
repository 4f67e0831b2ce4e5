// Content codings for bodies that are made once and sent often.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/http/encoding.h"

namespace marquee::gateway {

// `bytes` in the given coding; "" when it could not be done, which callers take as "send it plain".
// About 30 ms a megabyte for either coding: not on a thread that serves connections.
std::string Compress(std::string_view bytes, Coding coding);

}  // namespace marquee::gateway
