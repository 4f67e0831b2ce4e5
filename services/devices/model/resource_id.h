// Ids that people may give to groups and profiles.
#pragma once

#include <string_view>

namespace marquee::devices {

// 1 to 128 characters: letters, digits, dot, dash and underscore, so that an id fits into a path
// and a column without quoting.
bool IsResourceId(std::string_view text);

}  // namespace marquee::devices
