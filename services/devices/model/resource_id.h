// Ids of groups and profiles chosen by users.
#pragma once

#include <string_view>

namespace marquee::devices {

// 1 to 128 characters: letters, digits, dot, dash and underscore, so that an id needs no quoting in
// a path or a column.
bool IsResourceId(std::string_view text);

}  // namespace marquee::devices
