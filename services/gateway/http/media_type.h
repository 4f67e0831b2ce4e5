// Content types by file name extension, for pages and local media.
#pragma once

#include <string_view>

namespace marquee::gateway {

// By extension, case-insensitively; "application/octet-stream" if the extension is unknown.
std::string_view MediaTypeOf(std::string_view file_name);

}  // namespace marquee::gateway
