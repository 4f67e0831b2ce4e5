// The version of Marquee.
#pragma once

#include <string_view>

namespace marquee::app {

// "0.1.0", from project() in CMakeLists.txt.
std::string_view Version();

}  // namespace marquee::app
