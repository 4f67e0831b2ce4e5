// Content types by file name, for the pages and for local media.
#pragma once

#include <string_view>

namespace marquee::gateway {

// By extension, case-insensitively; "application/octet-stream" for what is not known.
std::string_view MediaTypeOf(std::string_view file_name);

}  // namespace marquee::gateway
