// Compresses bodies that are rendered once and sent often.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/http/encoding.h"

namespace marquee::gateway {

// `bytes` in the given coding; "" if compression failed, in which case callers send the plain body.
// Takes about 30 ms per megabyte with either coding: do not call it on a thread that serves
// connections.
std::string Compress(std::string_view bytes, Coding coding);

}  // namespace marquee::gateway
