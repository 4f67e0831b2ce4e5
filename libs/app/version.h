// Which Marquee this is.
#pragma once

#include <string_view>

namespace marquee::app {

// "0.1.0", as the build's project() says.
std::string_view Version();

}  // namespace marquee::app
